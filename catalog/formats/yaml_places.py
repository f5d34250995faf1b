"""Where wanted values begin in YAML text."""

from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from catalog.formats.positions import Wanted


def yaml_places(text: str, root: Wanted) -> None:
    """Notes where each wanted value begins; the text has been built once without a refusal for its syntax."""
    loader = yaml.CSafeLoader(text)
    stack: list[list[Any]] = []
    try:
        while True:
            event = loader.get_event()
            kind = type(event)
            if kind is StreamEndEvent:
                return
            if kind in (MappingStartEvent, SequenceStartEvent, ScalarEvent, AliasEvent):
                _note(event, kind, stack, root)
            elif kind in (MappingEndEvent, SequenceEndEvent):
                stack.pop()
    except yaml.YAMLError:
        return
    finally:
        loader.dispose()


def _note(event: Any, kind: Any, stack: list[list[Any]], root: Wanted) -> None:
    """A frame is [wanted, is mapping, index or pending wanted, key seen]."""
    wanted: Wanted | None = root
    if stack:
        frame = stack[-1]
        if frame[1] and not frame[3]:
            frame[2] = _child(frame[0], getattr(event, "value", None), event)
            frame[3] = True
            return
        if frame[1]:
            wanted, frame[3] = frame[2], False
        else:
            wanted = _child(frame[0], str(frame[2]), event)
            frame[2] += 1
    if kind in (MappingStartEvent, SequenceStartEvent):
        stack.append([wanted, kind is MappingStartEvent, 0, False])


def _child(wanted: Wanted | None, name: str | None, event: Any) -> Wanted | None:
    child = wanted.children.get(name) if wanted is not None and name is not None else None
    if child is not None and child.place is None:
        child.place = (event.start_mark.line + 1, event.start_mark.column + 1)
    return child
