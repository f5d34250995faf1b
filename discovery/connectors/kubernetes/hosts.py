"""Hosts and paths as gateways and routes name them. Pure."""

import re

from discovery.connectors.objects.fields import path_of

#: What ends the part of a regular expression that stands for itself.
_NOT_LITERAL = re.compile(r"[\\.^$*+?{}\[\]|()]")
_REST_OF_A_PREFIX = frozenset({"", "$", ".*", ".*$", ".+", "(.*)", "(.+)", "/?", "/?$"})


def common_host(one: str, other: str) -> str:
    """The narrower of two hosts when one allows the other, else nothing; `*.example.com` allows all names below."""
    for narrow, wide in ((one, other), (other, one)):
        if narrow and (wide in ("*", narrow) or (wide.startswith("*.") and narrow.endswith(wide[1:]))):
            return narrow
    return ""


def service_named(host: str, here: str) -> tuple[str, str] | None:
    """Namespace and name of the Service that a host names, a short name being one of ``here``; else nothing."""
    name, _, rest = host.partition(".")
    if not name or not rest:
        return (here, name) if name and name != "*" else None
    namespace, _, domain = rest.partition(".")
    return (namespace, name) if domain == "svc" or domain.startswith("svc.") else None


def path_of_pattern(pattern: str) -> str:
    """The path that all paths of a regular expression begin with, as far as it is written out."""
    pattern = pattern.removeprefix("^")
    special = _NOT_LITERAL.search(pattern)
    if special is None:
        return path_of(pattern)
    literal, rest = pattern[: special.start()], pattern[special.start() :]
    if rest in _REST_OF_A_PREFIX:
        return path_of(literal.rstrip("/") or "/") if rest.startswith("/?") else path_of(literal)
    return path_of(literal[: literal.rfind("/") + 1])
