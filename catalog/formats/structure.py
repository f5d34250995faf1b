"""Findings of the official meta-schemas, each brought down to its real cause and said in a short sentence."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import jsonschema_rs

from catalog.formats.base import ERROR, FINDINGS_AT_MOST, WARNING, Finding
from catalog.formats.metaschemas import complete_validator, default_dialect, structure_validator
from catalog.formats.positions import pointer_of

_VALUES_SHOWN = 8
_TYPE_WORDS = {
    "object": "an object",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}
_BOUNDS = {
    "minimum": "must be {} or more",
    "maximum": "must be {} or less",
    "exclusiveMinimum": "must be more than {}",
    "exclusiveMaximum": "must be less than {}",
    "minLength": "must have {} or more characters",
    "maxLength": "must have {} or fewer characters",
    "minItems": "must have {} or more items",
    "maxItems": "must have {} or fewer items",
    "minProperties": "must have {} or more entries",
    "maxProperties": "must have {} or fewer entries",
}
_UNEXPECTED = ("unevaluatedProperties", "additionalProperties")
_NOISE = (*_UNEXPECTED, "required")


def structure_findings(document: dict[str, Any], version: str) -> list[Finding]:
    """What the meta-schema of the version says: errors; faults of 3.1 and 3.2 schema objects alone are
    warnings.

    The meta-schema that decides over a document describes it «without schema validation»; a schema object
    with a fault can still be shown, so it does not refuse the document.
    """
    if version not in ("3.1", "3.2"):
        return _findings(structure_validator(version), document, ERROR, "structure")
    usual = document.get("jsonSchemaDialect", default_dialect(version)) == default_dialect(version)
    if usual and complete_validator(version).is_valid(document):
        return []
    errors = _findings(structure_validator(version), document, ERROR, "structure")
    if errors or not usual:
        return errors
    return _findings(complete_validator(version), document, WARNING, "schema")


def _findings(validator: jsonschema_rs.Validator, document: Any, severity: str, kind: str) -> list[Finding]:
    if validator.is_valid(document):
        return []
    causes = [_cause(error) for error in islice(validator.iter_errors(document), FINDINGS_AT_MOST)]
    found: dict[tuple[str, str, str], Finding] = {}
    for error in _without_consequences(causes):
        path = _true_path(document, error.instance_path)
        pointer, rule, message = _pointer(error, path), f"{kind}-{_rule(error)}", _message(error, path)
        found.setdefault((pointer, rule, message), Finding(severity, rule, message, pointer))
    return list(found.values())


def _cause(error: Any, depth: int = 0) -> Any:
    """The error that explains a failed choice: of the branch that fits best, the deepest."""
    branches = getattr(error.kind, "context", None)
    if not branches or depth > 20:
        return error
    candidates = [[_cause(inner, depth + 1) for inner in branch] for branch in branches if branch]
    if not candidates:
        return error
    here = len(error.instance_path)
    return max(max(candidates, key=lambda branch: _fit(branch, here)), key=_depth_and_weight)


def _fit(branch: list[Any], here: int) -> tuple[bool, bool, bool, int, int]:
    """How near a branch came: not one that only wants a `$ref`, nor one for another type, nor one for another
    value of a property; then with its faults deep inside, and few of them.
    """
    only_reference = all(error.kind.name == "required" and error.kind.property == "$ref" for error in branch)
    other_type = any(error.kind.name == "type" and len(error.instance_path) == here for error in branch)
    other_value = any(error.kind.name in ("enum", "const") and len(error.instance_path) > here for error in branch)
    deepest = max(len(error.instance_path) for error in branch)
    return not only_reference, not other_type, not other_value, deepest, -len(branch)


def _depth_and_weight(error: Any) -> tuple[int, bool]:
    return len(error.instance_path), error.kind.name not in _NOISE


def _without_consequences(causes: list[Any]) -> Iterator[Any]:
    """Leaves out «not expected here» where a fault inside is the reason that a part counted as unexpected."""
    inside = {tuple(error.instance_path[:end]) for error in causes for end in range(len(error.instance_path))}
    for error in causes:
        if error.kind.name != "unevaluatedProperties" or tuple(error.instance_path) not in inside:
            yield error


def _true_path(document: Any, path: list[str | int]) -> list[str | int]:
    """The path with numbers only for items of lists: the validator makes one of the key «200» too."""
    tokens: list[str | int] = []
    for token in path:
        tokens.append(token if type(document) is list else str(token))
        document = document[tokens[-1]]
    return tokens


def _pointer(error: Any, path: list[str | int]) -> str:
    """Where the fault is: at the first unexpected entry itself where there is one."""
    unexpected = error.kind.unexpected[:1] if error.kind.name in _UNEXPECTED else []
    return pointer_of([*path, *unexpected])


def _rule(error: Any) -> str:
    name = error.kind.name
    return "unexpected" if name in _UNEXPECTED else name


def _message(error: Any, path: list[str | int]) -> str:
    kind, name = error.kind, error.kind.name
    subject = _subject(path)
    if name == "required":
        return f"{subject} has no “{_short(kind.property)}”, which is required."
    if name in _UNEXPECTED:
        verb = "is" if len(kind.unexpected) == 1 else "are"
        names = _listed(f"“{_short(entry)}”" for entry in kind.unexpected)
        return f"{names} {verb} not expected in {subject[:1].lower()}{subject[1:]}."
    if name == "type":
        return _type_message(subject, kind.types, error.instance)
    if name == "enum":
        return f"{subject} must be one of {_listed(_short(str(option)) for option in kind.options)}."
    return f"{subject} {_other_words(kind, name)}."


def _subject(path: list[str | int]) -> str:
    """What the fault is about; an item of a list is told by its number from 1."""
    names = [index for index, token in enumerate(path) if isinstance(token, str)]
    if not names:
        return "The document"
    items = "".join(f"item {int(token) + 1} of " for token in reversed(path[names[-1] + 1 :]))
    words = f"{items}“{_short(str(path[names[-1]]))}”"
    return words[:1].upper() + words[1:]


def _other_words(kind: Any, name: str) -> str:
    if name in _BOUNDS:
        return _BOUNDS[name].format(kind.limit)
    if name == "const":
        return f"must be {_short(str(kind.expected_value))}"
    if name == "pattern":
        return f"does not match the pattern {_short(kind.pattern)}"
    if name == "not" and type(kind.schema) is dict and "required" in kind.schema:
        return f"must not have {' and '.join(f'“{entry}”' for entry in kind.schema['required'])} together"
    words = {
        "anyOf": "fits none of the shapes allowed here",
        "oneOf": "fits none, or more than one, of the shapes allowed here",
        "not": "has a shape that is not allowed here",
        "uniqueItems": "holds the same item twice",
        "propertyNames": "has a name that is not allowed here",
        "format": "is not in the expected format",
    }
    return words.get(name, "is not allowed here")


def _type_message(subject: str, types: list[str], instance: Any) -> str:
    expected = " or ".join(_TYPE_WORDS.get(name, name) for name in types)
    number = isinstance(instance, int | float) and not isinstance(instance, bool)
    advice = f'; put it in quotes, as in "{instance}"' if number and "string" in types else ""
    return f"{subject} must be {expected}, not {_type_of(instance)}{advice}."


def _type_of(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    names = {dict: "an object", list: "a list", str: "text", type(None): "empty"}
    return names.get(type(value), "a number")


def _listed(words: Iterable[str]) -> str:
    every = list(words)
    shown = ", ".join(every[:_VALUES_SHOWN])
    return shown + (f" and {len(every) - _VALUES_SHOWN} more" if len(every) > _VALUES_SHOWN else "")


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"
