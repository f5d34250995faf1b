"""The operations of a version in the groups its document names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.models import Operation
from common import markdown

OTHERS = "Other operations"

# Characters of a path that the list beside an operation has room for.
_ROOM = 22


@dataclass(slots=True)
class OperationGroup:
    """Operations with the same first tag; ``words`` is what the document says of it."""

    title: str
    words: str = ""
    operations: list[Operation] = field(default_factory=list)


def grouped(operations: Iterable[Operation], tags: Sequence[dict[str, Any]]) -> list[OperationGroup]:
    """The groups in the order of the document's tags, then of their first operation; ungrouped operations last.

    One nameless group when no operation has a tag.
    """
    groups = {tag["name"]: OperationGroup(tag["name"], _plain(tag.get("description"))) for tag in tags}
    loose = OperationGroup("")
    for operation in operations:
        group = groups.setdefault(operation.group, OperationGroup(operation.group)) if operation.group else loose
        group.operations.append(operation)
    filled = [group for group in groups.values() if group.operations]
    if filled and loose.operations:
        loose.title = OTHERS
    return [*filled, loose] if loose.operations else filled


def short_paths(group: OperationGroup) -> list[tuple[Operation, str]]:
    """The group's operations with the path a narrow list shows: «…/score/history» where the beginning is known.

    What a path shares with the group's first is left out but for its last part, when that is two parts or more; of a
    path that is too long all the same its end is shown.
    """
    first = group.operations[0].path.split("/")
    return [(operation, _shortened(operation.path, first)) for operation in group.operations]


def representative(operations: Sequence[Operation]) -> Operation | None:
    """The operation to show a call of: the first that only reads, else the first at all."""
    current = [operation for operation in operations if not operation.deprecated] or list(operations)
    reading = (operation for operation in current if operation.method == "GET")
    return next(reading, current[0] if current else None)


def _shortened(path: str, first: list[str]) -> str:
    parts = path.split("/")
    shared = 0
    while shared < min(len(parts), len(first)) - 1 and parts[shared] == first[shared]:
        shared += 1
    # The empty part before the first slash counts as one.
    if shared > 2 and parts != first:
        return f"…/{'/'.join(parts[shared:])}"
    return path if len(path) <= _ROOM else next(filter(_fits, _ends(parts)), _ends(parts)[-1])


def _ends(parts: list[str]) -> list[str]:
    """The last two parts of a path and the last alone; the whole path where it has no more."""
    return [f"…/{'/'.join(parts[-number:])}" for number in (2, 1)] if len(parts) > 2 else ["/".join(parts)]


def _fits(shown: str) -> bool:
    return len(shown) <= _ROOM


def _plain(text: Any) -> str:
    return markdown.plain(str(text or ""), 160)
