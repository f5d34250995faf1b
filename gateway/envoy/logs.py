"""What a gateway writes down: usage as counters, and its own failures. No key, no path and no query is in either."""

from typing import Any

from gateway.envoy.clients import BUCKET_WIDTH
from gateway.envoy.names import CLIENT_HEADER, CLIENT_TAG, LATENCY, REQUESTS, ROUTE_TAG, STATS_PREFIX, STATUS_TAG

_TYPES = "type.googleapis.com/envoy.extensions.access_loggers."
# A request that Envoy refuses before it looks at more than its form still has whatever internal headers its caller
# wrote, and every value of a tag is a counter that stays. All that met a route had them removed before.
_MET_A_ROUTE = "xds.route_name != ''"

_FAILURE = {
    "time": "%START_TIME%",
    "event": "gateway.request.failed",
    "method": "%REQ(:METHOD)%",
    "route": "%ROUTE_NAME%",
    "status": "%RESPONSE_CODE%",
    "details": "%RESPONSE_CODE_DETAILS%",
    "upstream_failure": "%UPSTREAM_TRANSPORT_FAILURE_REASON%",
    "milliseconds": "%DURATION%",
}


def access_logs() -> list[dict[str, Any]]:
    """The loggers of the connection manager."""
    return [
        {
            "name": "portico.usage",
            "filter": _of_routes(),
            "typed_config": {"@type": _TYPES + "stats.v3.Config", **_usage()},
        },
        {
            "name": "portico.failures",
            "filter": _failures(),
            "typed_config": {
                "@type": _TYPES + "stream.v3.StderrAccessLog",
                "log_format": {"json_format": _FAILURE},
            },
        },
    ]


def _usage() -> dict[str, Any]:
    route = {"name": ROUTE_TAG, "value_format": "%ROUTE_NAME%"}
    return {
        "stats_scope": {"prefix": STATS_PREFIX},
        "counters": [
            {
                "stat": {
                    "name": REQUESTS,
                    "tags": [route, _client_tag(), {"name": STATUS_TAG, "value_format": "%RESPONSE_CODE%"}],
                },
                "value_fixed": 1,
            }
        ],
        "histograms": [
            {
                "stat": {"name": LATENCY, "tags": [route, _client_tag(BUCKET_WIDTH)]},
                "unit": "Milliseconds",
                "value_format": "%DURATION%",
            }
        ],
    }


def _of_routes() -> dict[str, Any]:
    expression = {"@type": _TYPES + "filters.cel.v3.ExpressionFilter", "expression": _MET_A_ROUTE}
    return {"extension_filter": {"name": "portico.met_a_route", "typed_config": expression}}


def _client_tag(width: int | None = None) -> dict[str, str]:
    """Only the key filter sets this header, and only for keys it knows: every value is a permanent counter."""
    cut = f":{width}" if width else ""
    return {"name": CLIENT_TAG, "value_format": f"%REQ({CLIENT_HEADER}){cut}%"}


def _failures() -> dict[str, Any]:
    value = {"default_value": 500, "runtime_key": "portico.failures"}
    return {
        "and_filter": {
            "filters": [
                {"status_code_filter": {"comparison": {"op": "GE", "value": value}}},
                {"response_flag_filter": {}},
            ]
        }
    }
