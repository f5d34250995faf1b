"""What the sandboxed process does with one document: bytes in, one answer as JSON bytes out."""

from dataclasses import replace
from typing import Any

import orjson

from catalog.formats import FORMATS
from catalog.formats.base import (
    ERROR,
    FINDINGS_AT_MOST,
    WARNING,
    Finding,
    ParsedSpecification,
    Refusal,
    Refused,
)
from catalog.formats.checks import version_findings
from catalog.formats.loading import Loaded, load
from catalog.formats.metaschemas import complete_validator, structure_validator
from catalog.formats.pipe import dump_answer, load_question

DETAIL_BYTES_AT_MOST = 48 * 1024 * 1024
_ORDER = {ERROR: 0, WARNING: 1}


def warm_up() -> None:
    """Compiles the meta-schemas before the first document comes."""
    for version in ("2.0", "3.0", "3.1", "3.2"):
        structure_validator(version)
    for version in ("3.1", "3.2"):
        complete_validator(version)


def handle(request: bytes) -> bytes:
    """The answer to a question of :mod:`catalog.formats.pipe`."""
    data, limit, version = load_question(request)
    return dump_answer(read_document(data, limit=limit, version=version))


def read_document(data: bytes, *, limit: int, version: str = "") -> ParsedSpecification | Refused:
    """Loads, recognises, validates and reads a document in this process.

    `version` is the name it is published under, when it is known. Meant for the sandbox, and for tests of it.
    """
    try:
        loaded = load(data, limit=limit)
    except Refusal as refusal:
        return Refused(refusal.findings)
    try:
        parsed = _parse(loaded.document)
    except Refusal as refusal:
        return Refused(_complete(loaded, refusal.findings))
    findings = (*version_findings(parsed.version, version), *parsed.findings)
    return replace(parsed, findings=_complete(loaded, findings))


def _parse(document: Any) -> ParsedSpecification:
    if type(document) is not dict:
        raise Refusal(Finding(ERROR, "not-an-object", "A specification is an object at its top; this is not."))
    for each in FORMATS:
        if each.detect(document):
            parsed = each.parse(document)
            _check_size(parsed)
            return parsed
    names = ", ".join(each.name for each in FORMATS)
    raise Refusal(Finding(ERROR, "format-unknown", f"{_unknown(document)} Portico reads {names}."))


def _unknown(document: dict[str, Any]) -> str:
    for key in ("openapi", "swagger", "asyncapi"):
        if key in document:
            return f"“{key}: {str(document[key])[:40]}” is not among what can be read."
    return "The document does not say what it is: it has neither “openapi” nor “swagger”."


def _check_size(parsed: ParsedSpecification) -> None:
    """Components are resolved into each operation that uses them, so small text can become a huge answer."""
    size = 0
    for operation in parsed.operations:
        size += len(orjson.dumps(operation.detail))
        if size > DETAIL_BYTES_AT_MOST:
            message = "With its shared parameters and responses written out the document is too large."
            raise Refusal(Finding(ERROR, "too-large", message))


def _complete(loaded: Loaded, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Errors first, at most a hundred, with their lines."""
    ordered = sorted([*findings, *loaded.warnings], key=lambda finding: _ORDER.get(finding.severity, 2))
    return tuple(loaded.located(ordered[:FINDINGS_AT_MOST]))
