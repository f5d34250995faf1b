"""The conditions on a search document that are not words: who asks, and which facets are chosen.

SQL texts with named parameters; values never become part of a text.
"""

from collections.abc import Mapping, Sequence
from typing import Any

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
        for facet, values in filters.items():
            if facet in COLUMNS and values:
                self._facets[facet] = self._chosen(facet, values)
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

    def where(self, *more: str, without: str = "", entries: bool = True) -> str:
        """All conditions joined by and, those of the facet ``without`` left out."""
        parts = [*more, *self._scope, *(sql for facet, sql in self._facets.items() if facet != without)]
        if self._service_kinds:
            parts.append("d.service_kind = ANY(%(service_kinds)s::text[])" if entries else "false")
        if self._apis:
            parts.append(f"d.{'id' if entries else 'entry_id'} = ANY({_APIS})")
        return " AND ".join(parts) or "true"

    def _chosen(self, facet: str, values: Sequence[str]) -> str:
        name = f"chosen_{facet}"
        self.parameters[name] = [value for value in values if _is_storable(value)]
        column = f"d.{COLUMNS[facet]}"
        if facet not in GROUPS:
            return f"{column} = ANY(%({name})s::text[])"
        table, key, _ = GROUPS[facet]
        ids = f"ARRAY(SELECT id FROM {table} WHERE {key} = ANY(%({name})s::text[]))"
        return f"{column} && {ids}" if column.endswith("_keys") else f"{column} = ANY({ids})"
