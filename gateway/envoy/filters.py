"""The filters that every request passes, in order. They never change with keys: those come by xDS, so that no
connection keeps an old list until it is drained."""

from typing import Any

from gateway.envoy.names import (
    API_KEY_FILTER,
    BODY_FILTER,
    CLIENT_HEADER,
    CORS_FILTER,
    DENIED_FILTER,
    HYGIENE_FILTER,
    KEY_FILTER,
    KEY_HEADER,
    LIMITS_FILTER,
    REFERENCES_FILTER,
)
from gateway.envoy.script import references_script

_TYPES = "type.googleapis.com/envoy.extensions.filters.http."
_MATCHED = "type.googleapis.com/envoy.extensions.common.matching.v3.ExtensionWithMatcher"
_ANSWER_HEADER = "type.googleapis.com/envoy.type.matcher.v3.HttpResponseHeaderMatchInput"
_LOCAL_RATELIMIT = _TYPES + "local_ratelimit.v3.LocalRateLimit"
_ADS = {"ads": {}, "resource_api_version": "V3"}

# What an answer would tell of what is behind the gateway.
_REMOVED_FROM_ANSWERS = ("server", "via", "x-powered-by", "alt-svc")
# Where an answer refers to other resources of the upstream.
_REFERRING = ("location", "content-location", "link", "set-cookie")


def http_filters(script: str, *, largest_body: int) -> list[dict[str, Any]]:
    """The filters of the connection manager; ``largest_body`` in bytes is for routes that say nothing."""
    return [
        # First on the way in is last on the way out: nothing after it can add a header that it should have removed.
        _static(HYGIENE_FILTER, "header_mutation.v3.HeaderMutation", _hygiene()),
        _static(CORS_FILTER, "cors.v3.Cors", {}),
        {"name": REFERENCES_FILTER, "typed_config": _references()},
        _static(KEY_FILTER, "lua.v3.Lua", _script(script)),
        _by_xds(DENIED_FILTER, _MATCHED),
        _static(API_KEY_FILTER, "api_key_auth.v3.ApiKeyAuth", _api_key()),
        _by_xds(LIMITS_FILTER, _LOCAL_RATELIMIT),
        # It holds a body until all of it is there. The filter that only counts cannot be told a size by a route.
        _static(BODY_FILTER, "buffer.v3.Buffer", {"max_request_bytes": largest_body}),
        _static("envoy.filters.http.router", "router.v3.Router", {"suppress_envoy_headers": True}),
    ]


def _static(name: str, kind: str, configuration: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "typed_config": {"@type": _TYPES + kind, **configuration}}


def _by_xds(name: str, kind: str) -> dict[str, Any]:
    """No default: until Envoy has one, requests are answered 500."""
    return {"name": name, "config_discovery": {"config_source": _ADS, "type_urls": [kind]}}


def _hygiene() -> dict[str, Any]:
    removals: list[dict[str, Any]] = [{"remove": name} for name in _REMOVED_FROM_ANSWERS]
    removals += [{"remove_on_match": {"key_matcher": {"prefix": "x-envoy-"}}}]
    return {"mutations": {"response_mutations": removals}}


def _script(script: str) -> dict[str, Any]:
    # The script changes nothing that a route is chosen by, and choosing it again would cost every request.
    return {"default_source_code": {"inline_string": script}, "clear_route_cache": False}


def _references() -> dict[str, Any]:
    """The script runs for the few answers that have something for it: started for each, it would be a tenth of what
    plain proxying costs."""
    script = {
        "@type": _TYPES + "lua.v3.Lua",
        "default_source_code": {"inline_string": references_script()},
        "clear_route_cache": False,
    }
    run = {
        "name": "rewrite",
        "typed_config": {
            "@type": _TYPES + "composite.v3.ExecuteFilterAction",
            "typed_config": {"name": REFERENCES_FILTER, "typed_config": script},
        },
    }
    predicate = {"or_matcher": {"predicate": [_is_there(name) for name in _REFERRING]}}
    return {
        "@type": _MATCHED,
        "xds_matcher": {"matcher_list": {"matchers": [{"predicate": predicate, "on_match": {"action": run}}]}},
        "extension_config": {"name": "composite", "typed_config": {"@type": _TYPES + "composite.v3.Composite"}},
    }


def _is_there(header: str) -> dict[str, Any]:
    known = {"name": header, "typed_config": {"@type": _ANSWER_HEADER, "header_name": header}}
    return {"single_predicate": {"input": known, "value_match": {"safe_regex": {"google_re2": {}, "regex": "(?s).*"}}}}


def _api_key() -> dict[str, Any]:
    """No credentials here: a route without a list of its own would inherit them."""
    return {
        "key_sources": [{"header": KEY_HEADER}],
        "forwarding": {"header": CLIENT_HEADER, "hide_credentials": True},
    }
