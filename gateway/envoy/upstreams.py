"""Reads the URL of an upstream: where it is, what it is called, and which path of its own a route leads to."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from gateway.values import Upstream

_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"[A-Za-z0-9._-]{1,253}")
# Visible ASCII; everything else is percent-encoded in a URL (RFC 3986, section 2).
_PATH = re.compile(r"[!-~]*")


class UpstreamInvalid(ValueError):
    """The URL cannot be one of an upstream; the text says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """``host`` is what to resolve, in lower case and without brackets. ``name`` is what Host and TLS call it; ``path``
    is empty or begins with a slash, and does not end with one."""

    is_tls: bool
    host: str
    port: int
    name: str
    authority: str
    path: str


def target(upstream: Upstream) -> Target:
    """Where ``upstream`` is. Raises ``UpstreamInvalid``."""
    try:
        parts = urlsplit(upstream.url)
        port = parts.port
    except ValueError as error:
        raise UpstreamInvalid("The URL of the upstream cannot be read.") from error
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
        raise UpstreamInvalid("The URL of the upstream must be http or https, with a host and without a password.")
    if parts.query or parts.fragment:
        raise UpstreamInvalid("The URL of the upstream must not have a query or a fragment.")
    name = upstream.server_name or parts.hostname
    if not (_is_name(parts.hostname) and _is_name(name) and _PATH.fullmatch(parts.path)):
        raise UpstreamInvalid("The host, path or server name of the upstream has characters that none can have.")
    bracketed = f"[{name}]" if ":" in name else name
    port = port or _PORTS[parts.scheme]
    return Target(
        is_tls=parts.scheme == "https",
        host=parts.hostname,
        port=port,
        name=name,
        authority=bracketed if port == _PORTS[parts.scheme] else f"{bracketed}:{port}",
        path=parts.path.rstrip("/"),
    )


def _is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None or is_address(text)


def host_of(upstream: Upstream) -> str:
    """The name that has to be resolved for ``upstream``, as ``addresses`` of the compiler has it; empty when the URL
    is none."""
    try:
        return target(upstream).host
    except UpstreamInvalid:
        return ""


def is_address(name: str) -> bool:
    """Whether a name is an IP address."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
