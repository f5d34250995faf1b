"""What every specification format gives back, as plain values.

A format is one module with one object that answers :class:`Format`. It gets a document that is already
loaded, bounded and made of JSON values only, and gives values: no database, no Django, no network. The values
cross a pipe from the parsing process, so each is made of what JSON can hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

ERROR = "error"
WARNING = "warning"
INFO = "info"

FINDINGS_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say about a document.

    `pointer` is a JSON pointer (RFC 6901); `line` and `column` count from 1.
    """

    severity: str
    rule: str
    message: str
    pointer: str = ""
    line: int | None = None
    column: int | None = None


class Refusal(Exception):
    """The document cannot be read; the findings say why and where."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(findings[0].message if findings else "")
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Refused:
    """The answer for a document that was not accepted: at least one finding is an error."""

    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ParsedOperation:
    """One method on one path, in the same shape for every format and version.

    `path_key` is the path with each `{name}` as `{}`. `detail` holds parameters, request body, responses,
    security, servers, external docs and callbacks, with references to components resolved; schemas keep their
    `$ref`. `fields` are the parameter and property names a search can match, `definitions` the references of
    all schemas that can be reached.
    """

    method: str
    path: str
    path_key: str
    operation_id: str
    slug: str
    summary: str
    description: str
    tags: tuple[str, ...]
    deprecated: bool
    position: int
    detail: dict[str, Any]
    fields: tuple[dict[str, str], ...]
    definitions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParsedSpecification:
    """A whole document.

    `definitions` maps `#/…` references to schemas that are stored once and never expanded.
    """

    format: str
    format_version: str
    title: str
    version: str
    description: str
    terms: str = ""
    contact: dict[str, Any] = field(default_factory=dict)
    license: dict[str, Any] = field(default_factory=dict)
    external_docs: dict[str, Any] = field(default_factory=dict)
    servers: tuple[dict[str, Any], ...] = ()
    security_schemes: dict[str, dict[str, Any]] = field(default_factory=dict)
    tags: tuple[dict[str, str], ...] = ()
    webhooks: tuple[dict[str, str], ...] = ()
    operations: tuple[ParsedOperation, ...] = ()
    definitions: dict[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


class Format(Protocol):
    """One specification format. `name` is what people read, such as «OpenAPI 3.1»."""

    name: str

    def detect(self, document: Mapping[str, Any]) -> bool:
        """True when the document says that it is of this format."""

    def parse(self, document: dict[str, Any]) -> ParsedSpecification:
        """The values of a document; raises Refusal when it is not valid.

        Findings carry pointers, not yet lines.
        """
