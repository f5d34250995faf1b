"""How a request to one API goes on: path, upstream, time, attempts, size, and whose pages may call."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from envoy.config.route.v3 import route_components_pb2, route_pb2
from envoy.extensions.filters.http.api_key_auth.v3 import api_key_auth_pb2
from envoy.extensions.filters.http.buffer.v3 import buffer_pb2
from envoy.extensions.filters.http.cors.v3 import cors_pb2
from envoy.extensions.filters.http.lua.v3 import lua_pb2
from envoy.type.matcher.v3 import regex_pb2, string_pb2
from google.protobuf import any_pb2

from gateway.envoy.names import (
    API_KEY_FILTER,
    BODY_FILTER,
    CORS_FILTER,
    KEY_FILTER,
    REFERENCES_FILTER,
    SCOPE_HEADER,
)
from gateway.envoy.numbers import duration, whole
from gateway.envoy.resources import Resource, packed, resource
from gateway.envoy.settings import IDLE_SECONDS
from gateway.envoy.upstreams import Target
from gateway.values import Route

_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)+")
#: Methods whose requests may be sent twice (RFC 9110, section 9.2.2), as one expression.
_IDEMPOTENT = "GET|HEAD|OPTIONS|TRACE|PUT|DELETE"
_RETRY_UNREACHED = "connect-failure,refused-stream"
_RETRY_IDEMPOTENT = "connect-failure,refused-stream,reset-before-request,retriable-status-codes"
_RETRIED_STATUSES = (502, 503, 504)

_CORS_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
# The portal's pages call without cookies, so all headers of an API may be said so; but for this one, which is named.
_CORS_HEADERS = "Authorization, *"
_CORS_EXPOSED = "*"
_CORS_SECONDS = "600"

#: What the connection manager adds and no upstream has to see, and what a caller may say of the place that it was
#: sent to: an upstream that believed it would make references of it.
_REMOVED_FROM_REQUESTS = (
    SCOPE_HEADER,
    "x-envoy-external-address",
    "x-envoy-internal",
    "forwarded",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-prefix",
    "x-original-url",
    "x-rewrite-url",
    "x-real-ip",
)


@dataclass(frozen=True, slots=True)
class Way:
    """A route with what was worked out for it: where it leads and which keys open it."""

    route: Route
    target: Target
    keys: api_key_auth_pb2.ApiKeyAuthPerRoute


def is_path(path: str) -> bool:
    """Whether a path can be one of a route: segments of unreserved characters (RFC 3986), none of them dots only."""
    return _PATH.fullmatch(path) is not None and not any(segment in {".", ".."} for segment in path.split("/"))


def route_configuration(api: str, ways: Iterable[Way], origins: Sequence[str]) -> Resource:
    """All routes of ``api``, the longest path first, under the name of the API."""
    # Paths of one length cannot both be the prefix of a request, so ids only make the order certain.
    ordered = sorted(ways, key=lambda way: (-len(way.route.path), way.route.id))
    host = route_components_pb2.VirtualHost(
        name=api, domains=["*"], routes=[message for way in ordered for message in _routes(way)]
    )
    if origins:
        host.typed_per_filter_config[CORS_FILTER].CopyFrom(packed(_cors(origins)))
    return resource(
        api,
        route_pb2.RouteConfiguration(
            name=api, virtual_hosts=[host], request_headers_to_remove=list(_REMOVED_FROM_REQUESTS)
        ),
    )


def _cors(origins: Sequence[str]) -> cors_pb2.CorsPolicy:
    return cors_pb2.CorsPolicy(
        allow_origin_string_match=[string_pb2.StringMatcher(exact=origin) for origin in sorted(set(origins))],
        allow_methods=_CORS_METHODS,
        allow_headers=_CORS_HEADERS,
        expose_headers=_CORS_EXPOSED,
        max_age=_CORS_SECONDS,
    )


def _routes(way: Way) -> list[route_components_pb2.Route]:
    """One message, or two when idempotent requests are tried again in more cases than others: a retry policy cannot
    tell methods apart."""
    filters = _filters(way)
    retries = way.route.retries
    if retries.count <= 0:
        return [_message(way, filters, None, is_idempotent=False)]
    return [
        _message(way, filters, _retry_policy(way.route, _RETRY_IDEMPOTENT), is_idempotent=True),
        _message(way, filters, _retry_policy(way.route, _RETRY_UNREACHED), is_idempotent=False),
    ]


def _message(
    way: Way,
    filters: dict[str, any_pb2.Any],
    retry_policy: route_components_pb2.RetryPolicy | None,
    *,
    is_idempotent: bool,
) -> route_components_pb2.Route:
    match = route_components_pb2.RouteMatch(path_separated_prefix=way.route.path)
    if is_idempotent:
        match.headers.add(
            name=":method", string_match=string_pb2.StringMatcher(safe_regex=regex_pb2.RegexMatcher(regex=_IDEMPOTENT))
        )
    action = route_components_pb2.RouteAction(
        cluster=way.route.id,
        host_rewrite_literal=way.target.authority,
        timeout=duration(way.route.timeout_seconds),
        idle_timeout=duration(max(way.route.timeout_seconds, IDLE_SECONDS)),
        retry_policy=retry_policy,
    )
    _rewrite_path(action, way)
    message = route_components_pb2.Route(name=way.route.id, match=match, route=action)
    for name, configuration in filters.items():
        message.typed_per_filter_config[name].CopyFrom(configuration)
    return message


def _rewrite_path(action: route_components_pb2.RouteAction, way: Way) -> None:
    if way.target.path == way.route.path:
        return
    if way.target.path:
        action.prefix_rewrite = way.target.path
        return
    # An empty prefix cannot be written as one: "/" would make "//x" of "/orders/x".
    action.regex_rewrite.CopyFrom(
        regex_pb2.RegexMatchAndSubstitute(
            pattern=regex_pb2.RegexMatcher(regex=f"^{re.escape(way.route.path)}/?"), substitution="/"
        )
    )


def _retry_policy(route: Route, conditions: str) -> route_components_pb2.RetryPolicy:
    policy = route_components_pb2.RetryPolicy(
        retry_on=conditions,
        num_retries=whole(route.retries.count),
        retriable_status_codes=_RETRIED_STATUSES,
    )
    if route.retries.try_seconds is not None:
        policy.per_try_timeout.CopyFrom(duration(route.retries.try_seconds))
    return policy


def _filters(way: Way) -> dict[str, any_pb2.Any]:
    return {
        API_KEY_FILTER: packed(way.keys),
        KEY_FILTER: packed(_script_context(key_parameter=way.route.key_parameter)),
        REFERENCES_FILTER: packed(
            _script_context(
                path=way.route.path,
                upstream_path=way.target.path,
                upstream_host=way.target.host.lower(),
                upstream_name=way.target.name.lower(),
            )
        ),
        BODY_FILTER: _body_limit(way.route.body_bytes),
    }


def _script_context(**known: str) -> lua_pb2.LuaPerRoute:
    message = lua_pb2.LuaPerRoute()
    message.filter_context.update(known)
    return message


def _body_limit(size: int) -> any_pb2.Any:
    limit = buffer_pb2.Buffer(max_request_bytes=whole(size, least=1))
    return packed(buffer_pb2.BufferPerRoute(buffer=limit))
