"""Checks that no meta-schema makes: references lead somewhere, path parameters match, names are unique.

All are warnings. A document that the official meta-schema accepts can be shown, and what cannot be followed
or matched in it is said instead of refused.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from catalog.formats.base import FINDINGS_AT_MOST, WARNING, Finding, ParsedOperation
from catalog.formats.positions import pointer_of
from catalog.formats.references import MISSING, Resolver, reference_tokens, references

PATH_PARAMETER = re.compile(r"\{([^{}/]+)\}")


def check_findings(
    document: dict[str, Any], operations: list[ParsedOperation], schemes: dict[str, Any]
) -> list[Finding]:
    """What the checks find, each kind only as often as findings are shown."""
    kinds = (_reference_findings(document), _operation_findings(operations, schemes))
    return [finding for kind in kinds for finding in islice(kind, FINDINGS_AT_MOST)]


def version_findings(stated: str, published: str) -> list[Finding]:
    """A finding when the document states another version than the one it is published as, if that is known."""
    if not published or stated.strip() == published:
        return []
    message = f"The document says version “{stated.strip()[:100]}”; it is published as “{published}”."
    return [Finding(WARNING, "version-differs", message, "/info/version")]


def _reference_findings(document: dict[str, Any]) -> Iterator[Finding]:
    """References that leave the document or lead nowhere in it."""
    resolver = Resolver(document)
    for pointer, reference in references(document):
        shown = reference if len(reference) <= 80 else reference[:77] + "…"
        if not reference.startswith("#"):
            message = f"“{shown}” is outside this document and is not followed."
            yield Finding(WARNING, "reference-external", message, pointer)
        elif reference_tokens(reference) is None or resolver.at(reference) is MISSING:
            message = f"“{shown}” leads to nothing in this document."
            yield Finding(WARNING, "reference-unresolved", message, pointer)


def _operation_findings(operations: list[ParsedOperation], schemes: dict[str, Any]) -> Iterator[Finding]:
    """Path parameters, unique names and paths, and security schemes that are used but not described."""
    operation_ids: dict[str, str] = {}
    path_keys: dict[str, str] = {}
    for operation in operations:
        pointer = pointer_of(["paths", operation.path, operation.method.lower()])
        yield from _path_parameter_findings(operation, pointer)
        first = operation_ids.setdefault(operation.operation_id, pointer) if operation.operation_id else pointer
        if first != pointer:
            message = f"The operationId “{operation.operation_id}” is used twice."
            yield Finding(WARNING, "operation-id-duplicate", message, f"{pointer}/operationId")
        same = path_keys.setdefault(operation.path_key, operation.path)
        if same != operation.path:
            message = f"“{operation.path}” and “{same}” differ only in the names of their parameters."
            yield Finding(WARNING, "path-duplicate", message, pointer_of(["paths", operation.path]))
            path_keys[operation.path_key] = operation.path
        used = {entry["scheme"] for alternative in operation.detail["security"] for entry in alternative}
        for scheme in sorted(used - schemes.keys()):
            message = f"The security scheme “{scheme}” is not described in this document."
            yield Finding(WARNING, "security-undeclared", message, pointer)


def _path_parameter_findings(operation: ParsedOperation, pointer: str) -> Iterator[Finding]:
    in_path = list(dict.fromkeys(PATH_PARAMETER.findall(operation.path)))
    declared = {each["name"]: each["pointer"] for each in operation.detail["parameters"] if each["in"] == "path"}
    for name in in_path:
        if name not in declared:
            message = f"The path parameter “{name}” is not described."
            yield Finding(WARNING, "path-parameter-undeclared", message, pointer)
    for name, place in declared.items():
        if name not in in_path:
            message = f"The path parameter “{name}” does not occur in “{operation.path}”."
            yield Finding(WARNING, "path-parameter-unused", message, place)
