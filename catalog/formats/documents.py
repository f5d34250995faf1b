"""Files of several documents, one after the other: each is read on its own and bounded on its own.

A document that cannot be read becomes a value like the others, so it hides none of them. The items of a list document
(`items:` at its top) are handed out one by one and never held together: a dump of a whole cluster needs the memory of
its largest object.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog.formats.base import Finding

DEPTH_AT_MOST = 200
#: An object of Kubernetes has at most 1.5 MB in its cluster; this many parts are several times what fits.
PARTS_AT_MOST = 200_000
OBJECT_BYTES_AT_MOST = 5 * 1024 * 1024
ITEMS_AT_MOST = 200_000
DOCUMENTS_AT_MOST = 100_000

NOT_A_LIST = None


@dataclass(frozen=True, slots=True)
class Part:
    """One document, or one item of a list document, which comes before the rest of its list.

    ``document`` and ``line`` count from 1. ``list_kind`` is the `kind` of the list an item stands in as far as it is
    known («ServiceList», or nothing), and ``NOT_A_LIST`` for a document.
    """

    value: Any
    document: int
    line: int
    list_kind: str | None = NOT_A_LIST


@dataclass(frozen=True, slots=True)
class Broken:
    """A document that could not be read to its end.

    ``raw`` is its text and ``line`` where that begins; the line of the finding is the file's.
    """

    finding: Finding
    document: int
    line: int
    raw: bytes


Read = Iterator[Part | Broken]
