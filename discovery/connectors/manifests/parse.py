"""The bytes of one file to the objects that count, with a problem for each document that could not be read."""

import re
from collections.abc import Iterator
from typing import Any

from catalog.formats.base import Finding
from catalog.formats.documents import Broken, Part, Read
from catalog.formats.json_documents import json_parts
from catalog.formats.loading import WIDE_MARKS
from catalog.formats.yaml_documents import yaml_parts
from discovery.connectors.base import Problem
from discovery.connectors.objects.model import Named, ObjectUnfit
from discovery.connectors.objects.readers import read_object

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_PLACEHOLDER = re.compile(rb"\{\{[^{}\n]{0,500}+\}\}")
_NESTED_LISTS_AT_MOST = 3
_HELD_AT_MOST = 20_000
#: Findings can quote the document; what is said of a manifest never does.
_SENTENCES = {
    "duplicate-key": "A key occurs twice in one object.",
    "key-not-text": "A key is not text.",
    "nul-character": "The text holds a NUL character.",
    "number-unfit": "A number cannot be kept: it is not finite or has too many digits.",
    "yaml-tag": "A value has a tag that is not plain data.",
    "self-reference": "An anchor holds itself.",
    "merge-key": "A merge key needs an object or a list of objects.",
    "too-deep": "The document is nested too deep.",
    "too-large": "An object is too large.",
    "too-many-nodes": "An object has too many parts, with its aliases expanded.",
    "too-many-documents": "The file holds too many documents.",
}
#: Of these it is known that they are whole, so without a kind they are no manifest and nobody's problem.
_BOUNDS = frozenset({"too-large", "too-many-nodes"})

Found = Iterator[Named | Problem | None]


class _List:
    """The items of a list whose kind is not known before its end."""

    def __init__(self) -> None:
        self.held: list[Named | Problem] = []
        self.is_unclear = False


def read_objects(path: str, data: bytes, default_namespace: str) -> Found:
    """What a file holds, in the order of its text, and ``None`` for each document that does not count.

    So something comes out at least once for each document, and whoever listens can look at the clock.
    """
    if data.startswith(WIDE_MARKS):
        yield Problem("encoding", "The file is in UTF-16 or UTF-32; save it as UTF-8.", place=path, line=1)
        return
    data = data.removeprefix(_BYTE_ORDER_MARK)
    parts: Read = json_parts(data) if path.lower().endswith(".json") else yaml_parts(data)
    waiting = _List()
    for part in parts:
        if isinstance(part, Broken):
            yield _problem(path, part)
            waiting = _List()
        elif part.list_kind is None:
            if waiting.held or waiting.is_unclear:
                yield from _ended(path, part, waiting)
                waiting = _List()
            yield from _objects(path, part, part.value, default_namespace)
        elif part.list_kind.endswith("List"):
            yield from _objects(path, part, part.value, default_namespace)
        else:
            _hold(path, part, default_namespace, waiting)
            yield None


def _hold(path: str, part: Part, default_namespace: str, waiting: _List) -> None:
    value = part.value
    says_what_it_is = type(value) is not dict or {"kind", "apiVersion"} <= value.keys()
    if not says_what_it_is or len(waiting.held) > _HELD_AT_MOST:
        waiting.is_unclear = True
        return
    waiting.held.extend(found for found in _objects(path, part, value, default_namespace) if found is not None)


def _ended(path: str, part: Part, waiting: _List) -> Found:
    """Now the kind is known: the items count if it is a list, and are part of something else if it is not."""
    kind = part.value.get("kind") if type(part.value) is dict else None
    if type(kind) is not str or not kind.endswith("List"):
        return
    yield from waiting.held
    if waiting.is_unclear:
        message = "The kind of a list in flow style follows after its items; write it as JSON or before them."
        yield Problem("list-without-kinds", message, place=path, document=part.document, line=part.line)


def _objects(path: str, part: Part, value: Any, default_namespace: str, depth: int = 0) -> Found:
    if type(value) is not dict:
        yield None
        return
    kind, api_version = value.get("kind"), value.get("apiVersion")
    if kind is None and part.list_kind:
        kind = part.list_kind.removesuffix("List")
    elif type(api_version) is not str:
        kind = None
    if type(kind) is not str:
        yield None
    elif kind.endswith("List") and type(value.get("items")) is list and depth < _NESTED_LISTS_AT_MOST:
        for item in value["items"]:
            yield from _objects(path, part, item, default_namespace, depth + 1)
    else:
        yield _read(path, part, value, kind, default_namespace)


def _read(path: str, part: Part, value: dict[str, Any], kind: str, default_namespace: str) -> Named | Problem | None:
    api_version = value.get("apiVersion")
    place = (path, part.document, part.line)
    try:
        return read_object(value, kind, api_version if type(api_version) is str else None, default_namespace, place)
    except ObjectUnfit as unfit:
        return Problem(unfit.code, unfit.message, place=path, document=part.document, line=part.line)


def _problem(path: str, broken: Broken) -> Problem | None:
    finding, raw = broken.finding, broken.raw
    if finding.rule in _BOUNDS and b"kind" not in raw:
        return None
    placeholder = _PLACEHOLDER.search(raw)
    if placeholder is not None:
        line = broken.line + raw.count(b"\n", 0, placeholder.start())
        message = "The document has placeholders in {{ }} that have not been rendered."
        return Problem("not-rendered", message, place=path, document=broken.document, line=line)
    return Problem("unreadable-document", _sentence(finding), place=path, document=broken.document, line=finding.line)


def _sentence(finding: Finding) -> str:
    """Sentences of ours, or the parser's, which is made of fixed words."""
    if finding.message.startswith("Not valid "):
        return finding.message
    return _SENTENCES.get(finding.rule, "The document cannot be read.")
