"""The one listener of a gateway and its connection manager. Static: a change of it would drain connections."""

from typing import Any

from gateway.envoy.filters import http_filters
from gateway.envoy.logs import access_logs
from gateway.envoy.names import HEADER_PREFIX, LISTENER, SCOPE_HEADER, SCOPES
from gateway.envoy.refusals import local_reply
from gateway.envoy.settings import Bounds, EnvoySettings

_TYPES = "type.googleapis.com/envoy.extensions."
_ADS = {"ads": {}, "resource_api_version": "V3"}


def listener(settings: EnvoySettings, script: str) -> dict[str, Any]:
    """The listener with all that requests pass before a route is known."""
    bounds = settings.bounds
    return {
        "name": LISTENER,
        "address": {"socket_address": {"address": settings.address, "port_value": settings.port}},
        "per_connection_buffer_limit_bytes": bounds.connection_buffer_bytes,
        "filter_chains": [
            {
                "filters": [
                    {"name": "envoy.filters.network.http_connection_manager", "typed_config": _manager(bounds, script)}
                ]
            }
        ],
    }


def _manager(bounds: Bounds, script: str) -> dict[str, Any]:
    return {
        "@type": _TYPES + "filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "portico",
        "codec_type": "AUTO",
        **_identity(),
        **_paths(),
        **_bounds(bounds),
        "early_header_mutation_extensions": [_early_mutation()],
        "scoped_routes": _scoped_routes(),
        "http_filters": http_filters(script, largest_body=bounds.largest_body),
        "local_reply_config": local_reply(),
        "access_log": access_logs(),
    }


def _identity() -> dict[str, Any]:
    """Nothing of the gateway in answers, and no word of a caller about where it comes from."""
    return {
        "use_remote_address": True,
        "xff_num_trusted_hops": 0,
        "server_header_transformation": "PASS_THROUGH",
        "generate_request_id": True,
        "preserve_external_request_id": False,
    }


def _paths() -> dict[str, Any]:
    """One way to write a path, so that a route, a limit and an upstream see the same one."""
    return {
        "normalize_path": True,
        "merge_slashes": True,
        "path_with_escaped_slashes_action": "REJECT_REQUEST",
    }


def _bounds(bounds: Bounds) -> dict[str, Any]:
    return {
        "max_request_headers_kb": bounds.headers_kib,
        "request_headers_timeout": _seconds(bounds.headers_seconds),
        "request_timeout": _seconds(bounds.request_seconds),
        "stream_idle_timeout": _seconds(bounds.idle_seconds),
        "common_http_protocol_options": {
            "idle_timeout": _seconds(bounds.connection_idle_seconds),
            "max_headers_count": bounds.headers,
            "headers_with_underscores_action": "REJECT_REQUEST",
        },
        "http2_protocol_options": {
            "max_concurrent_streams": bounds.streams,
            "initial_stream_window_size": bounds.connection_buffer_bytes,
            "initial_connection_window_size": 16 * bounds.connection_buffer_bytes,
        },
    }


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}s"


def _early_mutation() -> dict[str, Any]:
    """Before anything else: no internal header of a caller stays. The scope is read from a copy of the path without its
    query, because a query may follow the first segment at once."""
    scope = {
        "header": {"key": SCOPE_HEADER, "value": "%PATH(NQ:PATH)%"},
        "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
    }
    return {
        "name": "portico.internal_headers",
        "typed_config": {
            "@type": _TYPES + "http.early_header_mutation.header_mutation.v3.HeaderMutation",
            "mutations": [{"remove_on_match": {"key_matcher": {"prefix": HEADER_PREFIX}}}, {"append": scope}],
        },
    }


def _scoped_routes() -> dict[str, Any]:
    segment = {"name": SCOPE_HEADER, "element_separator": "/", "index": 1}
    return {
        "name": SCOPES,
        "scope_key_builder": {"fragments": [{"header_value_extractor": segment}]},
        "rds_config_source": _ADS,
        "scoped_rds": {"scoped_rds_config_source": _ADS},
    }
