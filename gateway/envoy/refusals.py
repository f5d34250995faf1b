"""What a gateway says itself, instead of an upstream: problem details (RFC 9457), like those of the portal."""

from typing import Any

from gateway.envoy.names import KEY_HEADER, NO_KEY

_MEDIA_TYPE = "application/problem+json"

# Status: title, stable name, what to do.
_PROBLEMS = {
    400: ("Bad Request", "gateway_request_invalid", "The gateway does not pass on a request of this form."),
    401: (
        "Unauthorized",
        "gateway_key_unknown",
        "The key opens nothing here. Look at whether it belongs to this API, ended or was revoked.",
    ),
    403: (
        "Forbidden",
        "gateway_subscription_suspended",
        "The subscription of this key is suspended. Ask the API's owner.",
    ),
    404: ("Not Found", "gateway_path_unknown", "Nothing is served at this path."),
    408: ("Request Timeout", "gateway_request_slow", "The request took too long to arrive."),
    413: ("Content Too Large", "gateway_body_large", "The body is larger than this API accepts."),
    426: ("Upgrade Required", "gateway_protocol_refused", "The gateway speaks HTTP/1.1 and HTTP/2."),
    429: ("Too Many Requests", "gateway_limit_reached", "The plan's limit is reached. Retry-After says when to go on."),
    431: ("Request Header Fields Too Large", "gateway_headers_large", "The headers are too many or too large."),
    500: ("Internal Server Error", "gateway_failed", "The gateway cannot answer this request."),
    502: ("Bad Gateway", "gateway_upstream_invalid", "The API's answer could not be understood."),
    503: ("Service Unavailable", "gateway_upstream_unavailable", "The API cannot be reached at the moment."),
    504: ("Gateway Timeout", "gateway_upstream_slow", "The API did not answer in time."),
}
_KEY_MISSING = (
    "Unauthorized",
    "gateway_key_missing",
    "Send a key of a subscription to this API, in the header X-API-Key or as Authorization: Bearer.",
)
# Envoy answers 403 to a change of protocol before it looks at a key.
_PROTOCOL_REFUSED = (
    "Forbidden",
    "gateway_protocol_refused",
    "The gateway passes on plain HTTP only, no other protocol.",
)
# RFC 9110, section 11.6.1: a 401 says how to authenticate.
_CHALLENGE = {
    "header": {"key": "WWW-Authenticate", "value": 'Bearer realm="gateway"'},
    "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
}


def local_reply() -> dict[str, Any]:
    """The part of the connection manager that gives every answer of the gateway's own its body and headers."""
    missing = _status_and_header(401, {"name": KEY_HEADER, "string_match": {"exact": NO_KEY}})
    upgrade = _status_and_header(403, {"name": "upgrade", "present_match": True})
    mappers = [_mapper(missing, 401, _KEY_MISSING), _mapper(upgrade, 403, _PROTOCOL_REFUSED)]
    mappers += [_mapper(_status(status), status, problem) for status, problem in _PROBLEMS.items()]
    return {
        "mappers": mappers,
        "body_format": _body("%RESPONSE_CODE%", ("Refused", "gateway_refused", "No more is known.")),
    }


def _status(status: int) -> dict[str, Any]:
    value = {"default_value": status, "runtime_key": f"portico.status.{status}"}
    return {"status_code_filter": {"comparison": {"op": "EQ", "value": value}}}


def _status_and_header(status: int, header: dict[str, Any]) -> dict[str, Any]:
    return {"and_filter": {"filters": [_status(status), {"header_filter": {"header": header}}]}}


def _mapper(matching: dict[str, Any], status: int, problem: tuple[str, str, str]) -> dict[str, Any]:
    mapper: dict[str, Any] = {"filter": matching, "body_format_override": _body(status, problem)}
    if status == 401:
        mapper["headers_to_add"] = [_CHALLENGE]
    return mapper


def _body(status: int | str, problem: tuple[str, str, str]) -> dict[str, Any]:
    title, code, detail = problem
    return {
        "content_type": _MEDIA_TYPE,
        "json_format": {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": code},
    }
