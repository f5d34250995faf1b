"""The two tables of search documents, as the statements see them. In every statement the table's alias is ``d``."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.search.values import OPERATION


@dataclass(frozen=True, slots=True)
class Documents:
    """``name`` tells its rows apart, ``match`` names the parameter with the tsquery for it; the rest is SQL."""

    name: str
    table: str
    key: str
    entry: str
    kind: str
    match: str

    @property
    def is_entries(self) -> bool:
        return self.name == "e"


ENTRIES = Documents("e", "catalog_entrydocument", "d.id", "d.id", "d.kind", "entry")
OPERATIONS = Documents("o", "catalog_operationdocument", "d.operation_id", "d.entry_id", "'operation'", "operation")


def tables_of(kinds: Sequence[str]) -> list[Documents]:
    """The tables that hold documents of these kinds; no kinds means all."""
    entries = [] if list(kinds) == [OPERATION] else [ENTRIES]
    return [*entries, OPERATIONS] if not kinds or OPERATION in kinds else entries
