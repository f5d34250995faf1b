"""The conditions on a search document that are not words: who asks, and which facets are chosen.

SQL texts with named parameters; values never become part of a text.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from catalog.search.lexemes import VALUE, either, lexeme
from catalog.search.terms import NOTHING

#: Facet -> the column of a search document.
COLUMNS = {
    "domain": "domain_key",
    "system": "system_key",
    "owner": "owner_key",
    "tag": "tag_keys",
    "lifecycle": "lifecycle",
    "format": "format",
    "environment": "environment_keys",
}

#: Facets of which a document may have several values.
LISTS = ("tag", "environment")

#: Facets whose column holds ids: table and the column people know the row by.
GROUPS = {
    "domain": ("catalog_domain", "slug", "title"),
    "system": ("catalog_system", "slug", "title"),
    "owner": ("accounts_team", "slug", "title"),
    "tag": ("catalog_tag", "name", "name"),
    "environment": ("catalog_environment", "slug", "title"),
}


_APIS = "ARRAY(SELECT id FROM catalog_entrydocument WHERE kind = 'api' AND name = ANY(%(apis)s::text[]))"


def _is_storable(value: str) -> bool:
    """Whether a value can be that of a row: PostgreSQL holds neither NUL nor lone surrogates."""
    return value != "" and "\x00" not in value and value.encode(errors="ignore").decode() == value


class Conditions:
    """Builds the WHERE clauses of one request and collects their parameters."""

    def __init__(self, scopes: Sequence[int] | None, filters: Mapping[str, Sequence[str]]) -> None:
        self.parameters: dict[str, Any] = {"scopes": None if scopes is None else list(scopes)}
        self._scope = [] if scopes is None else ["d.scope = ANY(%(scopes)s::bigint[])"]
        self._facets: dict[str, str] = {}
        self._keys: dict[str, str] = {}
        self._lexemes: dict[str, str] = {}
        for facet, values in filters.items():
            if facet in COLUMNS and values:
                self._facets[facet], self._lexemes[facet] = self._chosen(facet, values)
        self._service_kinds = filters.get("service_kind", ())
        self.parameters["service_kinds"] = [kind for kind in self._service_kinds if _is_storable(kind)]
        self._apis = filters.get("api", ())
        self.parameters["apis"] = [api for api in self._apis if _is_storable(api)]

    @property
    def chosen(self) -> list[str]:
        """The facets with a choice, «kind» aside."""
        return list(self._facets)

    @property
    def is_filtered(self) -> bool:
        """Whether anything beside the kind is chosen."""
        return bool(self._facets or self._service_kinds or self._apis)

    @property
    def is_only_facets(self) -> bool:
        """Whether nothing is chosen but facets, whose counts are kept."""
        return not (self._service_kinds or self._apis)

    @property
    def has_one_value(self) -> bool:
        """Whether what is chosen is a count that is kept: one facet, of which no document has two chosen values."""
        several = self.chosen and self.chosen[0] in LISTS and len(self.parameters[f"chosen_{self.chosen[0]}"]) > 1
        return len(self.chosen) == 1 and self.is_only_facets and not several

    def keys(self, facet: str) -> str:
        """The chosen values of a facet as the kept counts know them, an array of texts."""
        return self._keys[facet]

    def where(self, *more: str, without: str = "", entries: bool = True) -> str:
        """All conditions joined by and, those of the facet ``without`` left out."""
        return self._joined([*more, *(sql for facet, sql in self._facets.items() if facet != without)], entries)

    def matching(self, *more: str, match: str = "", without: str = "", entries: bool = True) -> str:
        """The same for the index of words, with the facets among what is looked up there, so that no row is read that
        does not match; ``match`` names the parameter with a tsquery.
        """
        asked = [f"%({match})s::tsquery"] if match else []
        asked += [lexemes for facet, lexemes in self._lexemes.items() if facet != without]
        words = [f"d.vector @@ ({' && '.join(asked)})"] if asked else []
        return self._joined([*words, *more], entries)

    def _joined(self, parts: list[str], entries: bool) -> str:
        parts = [*parts, *self._scope]
        if self._service_kinds:
            parts.append("d.service_kind = ANY(%(service_kinds)s::text[])" if entries else "false")
        if self._apis:
            parts.append(f"d.{'id' if entries else 'entry_id'} = ANY({_APIS})")
        return " AND ".join(parts) or "true"

    def _chosen(self, facet: str, values: Sequence[str]) -> tuple[str, str]:
        """As a condition on the column, and as a tsquery."""
        name, mark = f"chosen_{facet}", f"{VALUE}{facet[0]}"
        stored = [value for value in values if _is_storable(value)]
        self.parameters[name] = stored
        column = f"d.{COLUMNS[facet]}"
        if facet not in GROUPS:
            self._keys[facet] = f"%({name})s::text[]"
            self.parameters[f"{name}_lexemes"] = either([lexeme(value, mark) for value in stored]) or NOTHING
            return f"{column} = ANY(%({name})s::text[])", f"%({name}_lexemes)s::tsquery"
        table, key, _ = GROUPS[facet]
        found = f"FROM {table} WHERE {key} = ANY(%({name})s::text[])"
        self._keys[facet] = f"ARRAY(SELECT id::text {found})"
        ids = f"ARRAY(SELECT id {found})"
        chosen = f"{column} && {ids}" if column.endswith("_keys") else f"{column} = ANY({ids})"
        return chosen, f"(SELECT string_agg(quote_literal('{mark}' || id), ' | ')::tsquery {found})"
