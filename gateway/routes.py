"""What maintainers of gateways say about a route, checked."""

import re
import ssl
from collections.abc import Mapping
from typing import Any

from accounts.changes import check
from common.errors import Invalid
from gateway.models import Route

#: What can be set of a route beside environment, path and upstream.
SETTINGS = (
    "upstream_ca", "upstream_server_name", "verifies_upstream", "connect_seconds", "timeout_seconds", "retries",
    "try_seconds", "balancing", "max_connections", "max_pending_requests", "max_requests", "outlier_errors",
    "outlier_ejection_seconds", "max_body_bytes", "key_parameter",
)  # fmt: skip
_PATH = re.compile(r"(?:/(?!\.+(?:/|\Z))[a-z0-9._~-]+)+")
_PATH_AT_MOST = 200
_CA_AT_MOST = 100_000
_SERVER_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*", re.I)
_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,50}")
_AT_LEAST_ONE = (
    "max_connections", "max_pending_requests", "max_requests", "outlier_ejection_seconds", "max_body_bytes"
)  # fmt: skip


def checked_path(text: str) -> str:
    """Begins with a slash and does not end with one; raises ``Invalid``."""
    path = text.strip().rstrip("/")
    if len(path) > _PATH_AT_MOST or not _PATH.fullmatch(path):
        rule = "Begin with a slash; use lower-case letters, digits and . _ ~ - between slashes, no words of dots alone."
        raise Invalid({"gateway_path": rule})
    return path


def settings_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that are given, as the columns of a route; raises ``Invalid`` by field."""
    values = {name: given[name] for name in SETTINGS if name in given}
    wrong = {name: "Use a whole number from 1 on." for name in _AT_LEAST_ONE if name in values and values[name] < 1}
    if (name := values.get("upstream_server_name")) and not _SERVER_NAME.fullmatch(name):
        wrong["upstream_server_name"] = "Write the name of a host, such as orders.example.com."
    if (name := values.get("key_parameter")) and not _PARAMETER.fullmatch(name):
        wrong["key_parameter"] = "Use letters, digits, underscores and hyphens."
    if (pem := values.get("upstream_ca")) and not _is_authority(pem):
        wrong["upstream_ca"] = "Paste the certificates of the authorities as PEM."
    if wrong:
        raise Invalid(wrong)
    return values


def refuse_wrong(route: Route) -> None:
    """Raise ``Invalid`` by field when the route breaks a rule of its model, or of its settings together."""
    check(route)
    if route.try_seconds is not None and route.try_seconds > route.timeout_seconds:
        raise Invalid({"try_seconds": "One attempt cannot take longer than all of them together."})


def _is_authority(pem: str) -> bool:
    if len(pem) > _CA_AT_MOST or not pem.isascii():
        return False
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=pem)
    except (ssl.SSLError, ValueError):
        return False
    return True
