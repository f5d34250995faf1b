"""Lines and columns for findings, worked out only when there are findings.

The wanted pointers form a tree of names; a second pass over the text walks it beside the document and notes
where each wanted value begins. A pointer that lies behind a YAML alias, or that names something missing, gets
the place of its nearest ancestor.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

Place = tuple[int, int]


@dataclass(slots=True)
class Wanted:
    """One name on the way to a wanted value, and where that value begins once seen."""

    children: dict[str, "Wanted"] = field(default_factory=dict)
    place: Place | None = None


def wanted_tree(pointers: Iterable[str]) -> Wanted:
    root = Wanted(place=(1, 1))
    for pointer in pointers:
        node = root
        for token in pointer_tokens(pointer):
            node = node.children.setdefault(token, Wanted())
    return root


def place_of(root: Wanted, pointer: str) -> Place | None:
    """Where the value of the pointer begins, or its nearest ancestor that was seen."""
    node, place = root, root.place
    for token in pointer_tokens(pointer):
        node = node.children[token]
        place = node.place or place
    return place


def pointer_tokens(pointer: str) -> list[str]:
    """The names of a JSON pointer (RFC 6901), decoded; the empty pointer has none."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def pointer_of(tokens: Iterable[str | int]) -> str:
    """The JSON pointer of the names, encoded."""
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens)
