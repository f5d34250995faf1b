"""Code that sends one request, for a reader to copy. Each language quotes what comes from a document itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.reading.request import Request, example_request
from catalog.reading.snippets.curl import curl
from catalog.reading.snippets.go import go
from catalog.reading.snippets.java import java
from catalog.reading.snippets.javascript import javascript
from catalog.reading.snippets.python import python


@dataclass(frozen=True, slots=True)
class Snippet:
    """`lexer` is the name Pygments knows the language by."""

    language: str
    lexer: str
    code: str


_LANGUAGES: tuple[tuple[str, str, Callable[[Request], str]], ...] = (
    ("curl", "bash", curl),
    ("Python", "python", python),
    ("JavaScript", "javascript", javascript),
    ("Java", "java", java),
    ("Go", "go", go),
)


def snippets(
    operation: Mapping[str, Any],
    security_schemes: Mapping[str, Mapping[str, Any]],
    definitions: Mapping[str, Any],
    server_url: str = "",
) -> tuple[Snippet, ...]:
    """The request for an operation in every language, with the key read from the environment variable PORTICO_KEY."""
    request = example_request(operation, security_schemes, definitions, server_url)
    return tuple(Snippet(language, lexer, write(request)) for language, lexer, write in _LANGUAGES)
