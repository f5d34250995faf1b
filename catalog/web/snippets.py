"""Calls of an operation in the languages people use, as the code tabs take them."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.models import APIInstance, Operation
from catalog.reading.request import is_address, server_urls
from catalog.reading.snippets import snippets


@dataclass(frozen=True, slots=True)
class Call:
    """``snippets`` as the code tabs take them; without a known address they read it from the environment."""

    address_known: bool
    snippets: list[dict[str, str]]


def call_of(operation: Operation, instances: Sequence[APIInstance]) -> Call:
    """The call at the first instance, else at the first server with a host that the operation's document names.

    ``operation`` must be one of ``operation_detail``, with its version and definitions.
    """
    server = _server(operation, instances)
    written = snippets(
        {"method": operation.method, "path": operation.path, "detail": operation.detail},
        operation.version.security_schemes,
        {one["pointer"]: one["body"] for one in operation.definition_values},
        server,
    )
    tabs = [
        {"name": one.language.lower(), "title": one.language, "language": one.lexer, "code": one.code}
        for one in written
    ]
    return Call(is_address(server), tabs)


def _server(operation: Operation, instances: Sequence[APIInstance]) -> str:
    """An address, or no more than the path below one."""
    stated = server_urls(operation.detail["servers"])
    addresses = [one.url for one in instances] + [url for url in stated if is_address(url)]
    return next(iter(addresses + stated), "")
