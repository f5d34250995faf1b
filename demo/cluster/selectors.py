"""Label and field selectors (Kubernetes documentation, «Labels and Selectors», «Field Selectors»)."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from demo.cluster.kinds import Kind
from demo.cluster.objects import Stored

Test = Callable[[Stored], bool]


class BadSelector(Exception):
    """The message is the server's."""


_KEY = r"[\w./-]+"
_SET = re.compile(rf"\s*({_KEY})\s+(in|notin)\s*\(([^()]*)\)\s*")
_EQUAL = re.compile(rf"\s*({_KEY})\s*(==|=|!=)\s*([\w.-]*)\s*")
_EXISTS = re.compile(rf"\s*(!?)\s*({_KEY})\s*")


def label_test(text: str) -> Test:
    """What the selector asks of labels; raises ``BadSelector``."""
    tests, rest = [], text
    while rest.strip():
        test, rest = _requirement(rest)
        tests.append(test)
        if rest and not rest.startswith(","):
            message = f"found '{rest[0]}', expected: ',' or 'end of string'"
            raise BadSelector(f"unable to parse requirement: {message}")
        rest = rest[1:]
    return lambda stored: all(test(stored.labels) for test in tests)


def field_test(text: str, kind: Kind) -> Test:
    """What the selector asks of fields; raises ``BadSelector`` for a field the kind does not select by."""
    wanted = []
    for term in filter(None, text.split(",")):
        matched = re.fullmatch(r"([\w.\[\]-]+)(==|=|!=)(.*)", term)
        if matched is None:
            raise BadSelector(f"invalid selector: '{text}'; can't understand '{term}'")
        field, operator, value = matched.groups()
        if field not in ("metadata.name", "metadata.namespace", *kind.fields):
            raise BadSelector(f"field label not supported: {field}")
        wanted.append((field, operator != "!=", value))
    return lambda stored: all((_field(stored, field) == value) is equal for field, equal, value in wanted)


def _requirement(text: str) -> tuple[Callable[[Mapping[str, str]], bool], str]:
    if found := _SET.match(text):
        key, operator, values = found.groups()
        allowed = {value.strip() for value in values.split(",")}
        if operator == "in":
            return (lambda labels: labels.get(key) in allowed), text[found.end() :]
        return (lambda labels: labels.get(key) not in allowed), text[found.end() :]
    if found := _EQUAL.match(text):
        key, operator, value = found.groups()
        return (lambda labels: (labels.get(key) == value) is (operator != "!=")), text[found.end() :]
    if found := _EXISTS.match(text):
        absent, key = found.groups()
        return (lambda labels: (key in labels) is not bool(absent)), text[found.end() :]
    message = f"found '{text.strip()[0]}', expected: !, identifier, or 'end of string'"
    raise BadSelector(f"unable to parse requirement: {message}")


def _field(stored: Stored, path: str) -> str:
    if path == "metadata.name":
        return stored.name
    if path == "metadata.namespace":
        return stored.namespace
    value: Any = orjson.loads(stored.raw)
    for key in path.split("."):
        value = value.get(key, "") if isinstance(value, Mapping) else ""
    return str(value)
