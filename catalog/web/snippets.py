"""Calls of an operation in the languages people use, as the code tabs take them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.models import APIInstance, Operation
from catalog.questions import Calling, Way
from catalog.reading.request import is_address, server_urls
from catalog.reading.snippets import snippets

_GATEWAYS_KEY = "key of the gateway"


@dataclass(frozen=True, slots=True)
class Call:
    """``snippets`` as the code tabs take them; without a known address they read it from the environment. ``way`` is
    the gateway that they go through, if one carries the version; ``calling`` has the others."""

    address_known: bool
    snippets: list[dict[str, str]]
    way: Way | None = None
    calling: Calling | None = None


def call_of(
    operation: Operation, instances: Sequence[APIInstance], calling: Calling | None = None, environment: str = ""
) -> Call:
    """The call through a gateway in that environment, the first without one. Where no gateway carries the version: at
    the first instance, else at the first server with a host that the operation's document names.

    ``operation`` must be one of ``operation_detail``, with its version and definitions.
    """
    way = calling.way(environment) if calling else None
    server = way.url if way else _server(operation, instances)
    detail, schemes = _signing_in(operation, way)
    written = snippets(
        {"method": operation.method, "path": operation.path, "detail": detail},
        schemes,
        {one["pointer"]: one["body"] for one in operation.definition_values},
        server,
    )
    tabs = [
        {"name": one.language.lower(), "title": one.language, "language": one.lexer, "code": one.code}
        for one in written
    ]
    return Call(is_address(server), tabs, way, calling)


def _signing_in(operation: Operation, way: Way | None) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Detail and security schemes: those of the document, or those of the gateway, which answers for the API."""
    if way is None:
        return operation.detail, operation.version.security_schemes
    if way.is_keyless:
        return {**operation.detail, "security": []}, {}
    scheme = {_GATEWAYS_KEY: {"type": "apiKey", "in": "header", "name": way.key_header}}
    return {**operation.detail, "security": [[{"scheme": _GATEWAYS_KEY, "scopes": []}]]}, scheme


def _server(operation: Operation, instances: Sequence[APIInstance]) -> str:
    """An address, or no more than the path below one."""
    stated = server_urls(operation.detail["servers"])
    addresses = [one.url for one in instances] + [url for url in stated if is_address(url)]
    return next(iter(addresses + stated), "")
