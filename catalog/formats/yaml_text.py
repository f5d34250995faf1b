"""YAML text to JSON values, in one bounded pass over the events of PyYAML's C parser.

PyYAML's own constructors recurse in C, accept alias bombs, keep the last of two equal keys and read 1.1 (`on`
is true, `010` is eight). Here the parser's events build the values directly: nothing recurses, every limit is
checked before a value exists, and the rules are those of the YAML 1.2 core schema. An anchor carries its
weight to each of its aliases, so the limit is on the expanded document: counting aliases alone lets a bomb of
a hundred through.
"""

from collections.abc import Callable
from typing import Any, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from catalog.formats.base import ERROR, WARNING, Finding, Refusal
from catalog.formats.scalars import FloatedNumber, UnfitNumber, plain_value, tagged_value

EVENTS_AT_MOST = 1_500_000
DEPTH_AT_MOST = 200
EXPANDED_NODES_AT_MOST = 2_000_000
CHARACTERS_PER_NODE = 32

_MERGE = object()
_COLLECTION_TAGS = {None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}


class _Node:
    """A collection being built, or a finished anchor. `weight` and `height` count aliases as expanded."""

    __slots__ = ("anchor", "height", "key", "mark", "merges", "text", "value", "weight")

    def __init__(self, value: Any, anchor: str | None, mark: Any, text: str | None = None) -> None:
        self.value = value
        self.anchor = anchor
        self.mark = mark
        self.text = text
        self.key: Any = None
        self.merges: list[Any] = []
        self.weight = 1
        self.height = 1


class YamlBuilder:
    """Builds the one document of a YAML stream.

    `warnings` says what was read differently from what was written.
    """

    def __init__(self, *, events_at_most: int = EVENTS_AT_MOST, nodes_at_most: int = EXPANDED_NODES_AT_MOST) -> None:
        self.warnings: list[Finding] = []
        self._events_at_most = events_at_most
        self._nodes_at_most = nodes_at_most
        self._stack: list[_Node] = []
        self._anchors: dict[str, _Node] = {}
        self._open_anchors: set[str] = set()
        self._documents = 0
        self._root: Any = None
        self._handlers: dict[type, Callable[[Any], bool | None]] = {
            ScalarEvent: self._scalar,
            AliasEvent: self._alias,
            MappingStartEvent: self._open,
            SequenceStartEvent: self._open,
            MappingEndEvent: self._close,
            SequenceEndEvent: self._close,
            DocumentStartEvent: self._document,
        }

    def build(self, text: str) -> Any:
        """The document as JSON values; raises Refusal."""
        loader = yaml.CSafeLoader(text)
        try:
            self._advance(loader)
            return self._root
        except yaml.YAMLError as error:
            raise Refusal(syntax_finding(error, text)) from None
        finally:
            loader.dispose()

    def _advance(self, loader: Any) -> bool:
        """Builds on until a handler says that a part is finished (true) or the stream ends (false)."""
        handlers, at_most = self._handlers, self._events_at_most
        count = 0
        while True:
            event = loader.get_event()
            kind = type(event)
            count += 1
            handler = handlers.get(kind)
            if handler is not None:
                if handler(event):
                    return True
            elif kind is StreamEndEvent:
                return False
            if count > at_most:
                message = f"The document has more than {at_most:,} parts."
                _refuse("too-many-nodes", message, event.start_mark)

    def _document(self, event: DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            _refuse("several-documents", "The file holds several YAML documents; send one.", event.start_mark)

    def _scalar(self, event: ScalarEvent) -> None:
        text = event.value
        if "\x00" in text:
            _refuse("nul-character", "The text holds a NUL character.", event.start_mark)
        if self._awaits_key():
            self._key(event, text)
            return
        value: Any = text
        if event.tag is not None or event.implicit[0]:
            value = self._resolved(event)
        self._add(value, 1 + len(text) // CHARACTERS_PER_NODE, 0, event, text)

    def _awaits_key(self) -> bool:
        return bool(self._stack) and type(self._stack[-1].value) is dict and self._stack[-1].key is None

    def _key(self, event: ScalarEvent, text: str) -> None:
        """Keys are their text as written, so that a response code 200 is «200»."""
        frame = self._stack[-1]
        if event.anchor:
            self._anchors[event.anchor] = _Node(text, event.anchor, event.start_mark, text)
        if text == "<<" and event.implicit[0]:
            frame.key = _MERGE
            return
        if text in frame.value:
            _refuse("duplicate-key", f"The key “{shortened(text)}” occurs twice in one object.", event.start_mark)
        frame.value[text] = None
        frame.key = text

    def _resolved(self, event: ScalarEvent) -> Any:
        """The value of a plain or a tagged scalar."""
        try:
            return plain_value(event.value) if event.tag is None else tagged_value(event.tag, event.value)
        except FloatedNumber as floated:
            message = f"{shortened(event.value)} does not fit 64 bits and is kept as a rounded number."
            mark = event.start_mark
            self.warnings.append(Finding(WARNING, "number-rounded", message, "", mark.line + 1, mark.column + 1))
            return floated.value
        except UnfitNumber as error:
            _refuse("number-unfit", str(error), event.start_mark)
        except LookupError:
            _refuse("yaml-tag", f"The tag “{shortened(event.tag)}” is not plain data.", event.start_mark)

    def _alias(self, event: AliasEvent) -> None:
        if event.anchor in self._open_anchors:
            _refuse("self-reference", f"The anchor “{event.anchor}” holds itself.", event.start_mark)
        known = self._anchors.get(event.anchor)
        if known is None:
            _refuse("syntax", f"The alias “{event.anchor}” has no anchor before it.", event.start_mark)
        if self._awaits_key():
            if known.text is None:
                _refuse("key-not-text", "A key of an object must be text.", event.start_mark)
            self._key(ScalarEvent(None, None, (False, True), known.text, event.start_mark), known.text)
            return
        self._add(known.value, known.weight, known.height, event, known.text, anchor=None)

    def _open(self, event: Any) -> None:
        if event.tag not in _COLLECTION_TAGS:
            _refuse("yaml-tag", f"The tag “{shortened(event.tag)}” is not plain data.", event.start_mark)
        if self._awaits_key():
            _refuse("key-not-text", "A key of an object must be text.", event.start_mark)
        if len(self._stack) >= DEPTH_AT_MOST:
            _refuse_depth(event.start_mark)
        if event.anchor:
            self._open_anchors.add(event.anchor)
        value: Any = {} if type(event) is MappingStartEvent else []
        self._stack.append(_Node(value, event.anchor, event.start_mark))

    def _close(self, event: Any) -> None:
        node = self._stack.pop()
        for merged in node.merges:
            _merge(node.value, merged, node.mark)
        if node.anchor:
            self._open_anchors.discard(node.anchor)
        self._add(node.value, node.weight, node.height, event, None, anchor=node.anchor, mark=node.mark)

    def _add(
        self,
        value: Any,
        weight: int,
        height: int,
        event: Any,
        text: str | None,
        anchor: Any = False,
        mark: Any = None,
    ) -> None:
        if anchor is False:
            anchor = event.anchor
        if anchor:
            done = _Node(value, anchor, mark or event.start_mark, text)
            done.weight, done.height = weight, height
            self._anchors[anchor] = done
        if not self._stack:
            self._root = value
            return
        frame = self._stack[-1]
        frame.weight += weight
        if height >= frame.height:
            frame.height = height + 1
        if frame.weight > self._nodes_at_most:
            message = f"With its aliases expanded the document has more than {self._nodes_at_most:,} parts."
            _refuse("too-many-nodes", message, event.start_mark)
        if len(self._stack) + height > DEPTH_AT_MOST:
            _refuse_depth(event.start_mark)
        if type(frame.value) is list:
            frame.value.append(value)
        else:
            _put(frame, value)


def _put(frame: _Node, value: Any) -> None:
    if frame.key is _MERGE:
        frame.merges.append(value)
    else:
        frame.value[frame.key] = value
    frame.key = None


def _merge(target: dict[str, Any], merged: Any, mark: Any) -> None:
    """Adds what a `<<` key names; keys written out win, then the first of several merged objects."""
    for source in merged if type(merged) is list else [merged]:
        if type(source) is not dict:
            _refuse("merge-key", "A merge key “<<” needs an object or a list of objects.", mark)
        for key, value in source.items():
            target.setdefault(key, value)


def syntax_finding(error: yaml.YAMLError, text: str | bytes) -> Finding:
    """What the parser could not read, with the line it names."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
    context = getattr(error, "context", None)
    message = f"Not valid YAML: {problem}" + (f" ({context})" if context else "") + "."
    if mark is not None:
        return Finding(ERROR, "syntax", message, "", mark.line + 1, mark.column + 1)
    data = text.encode() if isinstance(text, str) else text
    before = data[: getattr(error, "position", 0) or 0].decode(errors="ignore")
    return Finding(ERROR, "syntax", message, "", before.count("\n") + 1, len(before) - before.rfind("\n"))


def shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"


def _refuse(rule: str, message: str, mark: Any) -> NoReturn:
    raise Refusal(Finding(ERROR, rule, message, "", mark.line + 1, mark.column + 1))


def _refuse_depth(mark: Any) -> NoReturn:
    _refuse("too-deep", f"The document is nested deeper than {DEPTH_AT_MOST} levels.", mark)
