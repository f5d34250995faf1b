"""Bytes to a document of JSON values, bounded and exact, or the findings that say why not."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from catalog.formats.base import ERROR, FINDINGS_AT_MOST, Finding, Refusal
from catalog.formats.json_text import build_json, json_places
from catalog.formats.positions import Wanted, place_of, wanted_tree
from catalog.formats.yaml_places import yaml_places
from catalog.formats.yaml_text import YamlBuilder

BYTES_AT_MOST = 10 * 1024 * 1024

_JSON_START = re.compile(r'\s*(?:\{\s*["}]|\[\s*[\[{"\]])')
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"{\x00", b"\x00{", b"o\x00p\x00", b"\x00o\x00p")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A document, what was remarked while reading it, and how to find its lines again."""

    document: Any
    warnings: tuple[Finding, ...]
    text: str
    note_places: Callable[[str, Wanted], None]

    def located(self, findings: list[Finding]) -> list[Finding]:
        """The findings with the lines of their pointers; reads the text again only when there are any."""
        unplaced = {finding.pointer for finding in findings if finding.line is None}
        if not unplaced:
            return findings
        root = wanted_tree(unplaced)
        self.note_places(self.text, root)
        return [
            finding if finding.line else replace(finding, **_place_fields(root, finding.pointer))
            for finding in findings
        ]


def load(data: bytes, *, limit: int = BYTES_AT_MOST) -> Loaded:
    """The document in the bytes, JSON or YAML by its content; raises Refusal with line and column where there
    is one.
    """
    if len(data) > limit:
        raise Refusal(Finding(ERROR, "too-large", f"The document is larger than {limit:,} bytes."))
    text = _decoded(data)
    if not text.strip():
        raise Refusal(Finding(ERROR, "empty", "The document is empty.", "", 1, 1))
    if text.lstrip().startswith("<"):
        raise Refusal(Finding(ERROR, "format-unknown", "The document is XML or HTML, not JSON or YAML.", "", 1, 1))
    if _JSON_START.match(text):
        document, warnings = build_json(text)
        return Loaded(document, tuple(warnings[:FINDINGS_AT_MOST]), text, json_places)
    builder = YamlBuilder()
    document = builder.build(text)
    return Loaded(document, tuple(builder.warnings[:FINDINGS_AT_MOST]), text, yaml_places)


def _decoded(data: bytes) -> str:
    """The text of strict UTF-8; a byte order mark is left out."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if data.startswith(WIDE_MARKS):
            message = "The document is in UTF-16 or UTF-32; save it as UTF-8."
            raise Refusal(Finding(ERROR, "encoding", message, "", 1, 1)) from None
        before = data[: error.start].decode("utf-8-sig", errors="replace")
        message = f"Byte {data[error.start]:#04x} at offset {error.start:,} is not UTF-8."
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise Refusal(Finding(ERROR, "encoding", message, "", line, column)) from None


def _place_fields(root: Wanted, pointer: str) -> dict[str, int | None]:
    place = place_of(root, pointer)
    return {"line": place[0] if place else None, "column": place[1] if place else None}
