"""Calls of an operation in the languages people use, as the code tabs take them."""

from collections.abc import Sequence

from catalog.models import APIInstance, Operation
from catalog.reading.request import server_urls
from catalog.reading.snippets import snippets


def snippets_of(operation: Operation, instances: Sequence[APIInstance]) -> list[dict[str, str]]:
    """Snippets against the first instance, else against the first server the operation's document names.

    ``operation`` must be one of ``operation_detail``, with its version and definitions.
    """
    stated = server_urls(operation.detail["servers"])
    server = instances[0].url if instances else next(iter(stated), "")
    written = snippets(
        {"method": operation.method, "path": operation.path, "detail": operation.detail},
        operation.version.security_schemes,
        {one["pointer"]: one["body"] for one in operation.definition_values},
        server,
    )
    return [
        {"name": one.language.lower(), "title": one.language, "language": one.lexer, "code": one.code}
        for one in written
    ]
