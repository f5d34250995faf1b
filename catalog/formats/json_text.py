"""JSON text to values, with what the standard reader lets through refused.

The fast path is the standard library's C reader with hooks. Only when a hook says no is the text read again
token by token, to say at which line. Duplicate keys, numbers that do not fit, NUL characters and lone
surrogates are refused.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from catalog.formats.base import ERROR, WARNING, Finding, Refusal
from catalog.formats.positions import Wanted
from catalog.formats.scalars import FloatedNumber, UnfitNumber, float_value, integer_value

DEPTH_AT_MOST = 200

_TOKEN = re.compile(r'[ \t\n\r]*(?:("[^"\\]*(?:\\.[^"\\]*)*")|([{}\[\],:])|([^\s{}\[\],:"]+))', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_KEY, _VALUE, _OPEN, _CLOSE = "key", "value", "open", "close"


class _Unfit(Exception):
    """A hook saw something that is not let through; the second reading says where."""


def build_json(text: str) -> tuple[Any, list[Finding]]:
    """The value of the text and its warnings; raises Refusal with line and column."""
    rounded: list[float] = []

    def integer(digits: str) -> float | int:
        try:
            return integer_value(digits)
        except FloatedNumber as floated:
            rounded.append(floated.value)
            return floated.value

    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_int=integer,
            parse_float=float_value,
            parse_constant=_no_constant,
        )
    except json.JSONDecodeError as error:
        message = f"Not valid JSON: {error.msg[:1].lower()}{error.msg[1:]}."
        raise Refusal(Finding(ERROR, "syntax", message, "", error.lineno, error.colno)) from None
    except RecursionError:
        raise Refusal(_too_deep(text)) from None
    except (_Unfit, UnfitNumber):
        raise Refusal(*[fault for fault in _faults(text) if fault.severity == ERROR][:1]) from None
    if _deeper_than(value, DEPTH_AT_MOST):
        raise Refusal(_too_deep(text))
    warnings: list[Finding] = []
    if rounded or "\\u" in text:
        warnings = list(_faults(text))
        errors = [fault for fault in warnings if fault.severity == ERROR]
        if errors:
            raise Refusal(errors[0])
    return value, warnings


def json_places(text: str, root: Wanted) -> None:
    """Notes where each wanted value begins: at its key in an object, at itself in a list."""
    stack: list[list[Any]] = []
    lines = _Lines(text)
    for kind, raw, offset in _walk(text):
        if kind is _CLOSE:
            stack.pop()
            continue
        if kind is _KEY:
            stack[-1][1] = _child(stack[-1][0], json.loads(raw), lines, offset)
            continue
        wanted: Wanted | None = root
        if stack:
            frame = stack[-1]
            wanted = frame[1]
            if frame[2] is not None:
                wanted = _child(frame[0], str(frame[2]), lines, offset)
                frame[2] += 1
        if kind is _OPEN:
            stack.append([wanted, None, 0 if raw == "[" else None])


def _child(wanted: Wanted | None, name: str, lines: "_Lines", offset: int) -> Wanted | None:
    child = wanted.children.get(name) if wanted is not None else None
    if child is not None and child.place is None:
        child.place = lines.place(offset)
    return child


class _Lines:
    """Line and column of an offset, both from 1; offsets must come in ascending order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._line, self._start, self._seen = 1, 0, 0

    def place(self, offset: int) -> tuple[int, int]:
        self._line += self._text.count("\n", self._seen, offset)
        self._start = max(self._text.rfind("\n", 0, offset) + 1, 0)
        self._seen = offset
        return self._line, offset - self._start + 1


def _walk(text: str) -> Iterator[tuple[str, str, int]]:
    """The parts of a text that is valid JSON: (kind, raw text, offset)."""
    objects: list[bool] = []
    key_next = False
    for match in _TOKEN.finditer(text):
        group = match.lastindex or 0
        raw, offset = match.group(group), match.start(group)
        if group != 2:
            yield (_KEY if key_next else _VALUE), raw, offset
        elif raw in "{[":
            objects.append(raw == "{")
            key_next = objects[-1]
            yield _OPEN, raw, offset
        elif raw in "}]":
            objects.pop()
            yield _CLOSE, raw, offset
        else:
            key_next = raw == "," and objects[-1]


def _faults(text: str) -> Iterator[Finding]:
    """What is wrong in a text that is valid JSON, in the order of the text; numbers that are rounded are
    warnings.
    """
    lines = _Lines(text)
    seen: list[set[str]] = []
    for kind, raw, offset in _walk(text):
        fault = None
        if kind is _OPEN:
            seen.append(set())
        elif kind is _CLOSE:
            seen.pop()
        elif kind is _KEY:
            name = json.loads(raw)
            fault = _text_fault(name)
            if name in seen[-1]:
                fault = (ERROR, "duplicate-key", f"The key “{_shortened(name)}” occurs twice in one object.")
            seen[-1].add(name)
        else:
            fault = _text_fault(json.loads(raw)) if raw[0] == '"' else _number_fault(raw)
        if fault:
            yield Finding(*fault, "", *lines.place(offset))


def _text_fault(text: str) -> tuple[str, str, str] | None:
    if "\x00" in text:
        return ERROR, "nul-character", "The text holds a NUL character."
    if _SURROGATE.search(text):
        return ERROR, "lone-surrogate", "The text holds half of a surrogate pair, which is not a character."
    return None


def _number_fault(raw: str) -> tuple[str, str, str] | None:
    if raw in ("true", "false", "null"):
        return None
    try:
        if raw in ("NaN", "Infinity", "-Infinity"):
            _no_constant(raw)
        elif raw.lstrip("-").isdigit():
            integer_value(raw)
        else:
            float_value(raw)
    except FloatedNumber:
        message = f"{_shortened(raw)} does not fit 64 bits and is kept as a rounded number."
        return WARNING, "number-rounded", message
    except UnfitNumber as error:
        return ERROR, "number-unfit", str(error)
    return None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _Unfit
    return value


def _no_constant(name: str) -> Any:
    raise UnfitNumber(f"A number must be finite; {name} cannot be kept.")


def _deeper_than(value: Any, limit: int) -> bool:
    """Looks at one level after the other, so that nothing recurses."""
    level = [value] if type(value) in (dict, list) else []
    for _ in range(limit):
        level = [
            child
            for parent in level
            for child in (parent.values() if type(parent) is dict else parent)
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return False
    return True


def _too_deep(text: str) -> Finding:
    message = f"The document is nested deeper than {DEPTH_AT_MOST} levels."
    depth = 0
    for kind, _raw, offset in _walk(text):
        depth += (kind is _OPEN) - (kind is _CLOSE)
        if depth > DEPTH_AT_MOST:
            return Finding(ERROR, "too-deep", message, "", *_Lines(text).place(offset))
    return Finding(ERROR, "too-deep", message)


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"
