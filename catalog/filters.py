"""From a query string to a search request, once for both doors.

A value that nothing has gives an empty answer, not an error: a filter in a bookmark may outlive what it named.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from catalog.search.values import FACETS, KINDS, ORDERINGS, RELEVANCE, SearchRequest
from common.errors import Invalid

LIMIT_AT_MOST = 200
VALUES_AT_MOST = 50

#: Parameters that may be repeated, with what a value of each is.
REPEATED = {
    "kind": f"One of {', '.join(KINDS)}",
    "domain": "Name of a domain",
    "system": "Name of a system",
    "owner": "Name of the owning team",
    "tag": "A tag",
    "lifecycle": "One of draft, published, deprecated, retired",
    "format": "Format of the specification, such as openapi",
    "environment": "Name of an environment with an instance of the current version",
}

#: Every parameter of a search; a list of one kind does without ``kind``.
PARAMETERS = {
    "q": "What to search for",
    **REPEATED,
    "ordering": f"One of {', '.join(ORDERINGS)}; relevance needs q",
    "facets": "true adds the facets with their counts",
    "exact": "true leaves a misspelt word as it is",
    "cursor": "The page, as given by next and previous",
    "limit": f"Results a page, 1 to {LIMIT_AT_MOST}",
}


class QueryString(Protocol):
    """What Django's QueryDict offers."""

    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """How one list reads its query string: which kinds it may show, whether grouped, how long a page is.

    With ``kinds`` set the parameter ``kind`` is not read, so that a list of services may use it as its own.
    """

    kinds: tuple[str, ...] = ()
    grouped: bool = False
    limit: int = 50
    facets: bool = False

    def parameters(self) -> dict[str, str]:
        """The parameters this list knows, with their meaning."""
        return {name: meaning for name, meaning in PARAMETERS.items() if not (self.kinds and name == "kind")}

    def read(self, query: QueryString, *, service_kinds: Iterable[str] = ()) -> SearchRequest:
        """The request; raises ``Invalid`` on ``ordering`` and ``limit`` that cannot be met."""
        filters: Mapping[str, tuple[str, ...]] = {
            facet: values for facet in FACETS if facet != "kind" and (values := _values(query, facet))
        }
        service = tuple(service_kinds)
        return SearchRequest(
            q=_last(query, "q"),
            filters={**filters, "service_kind": service} if service else filters,
            kinds=self.kinds or _values(query, "kind"),
            ordering=_ordering(_last(query, "ordering")),
            cursor=_last(query, "cursor") or None,
            limit=_limit(_last(query, "limit"), self.limit),
            facets=self.facets or _is_true(_last(query, "facets")),
            exact=_is_true(_last(query, "exact")),
            grouped=self.grouped,
        )


def _values(query: QueryString, name: str) -> tuple[str, ...]:
    """Values in lower case as names are, without those PostgreSQL cannot hold; what is left of none is nothing."""
    given = [value.strip().lower() for value in query.getlist(name)][:VALUES_AT_MOST]
    return tuple(dict.fromkeys(value.replace("\x00", "") for value in given if value))


def _last(query: QueryString, name: str) -> str:
    values = query.getlist(name)
    return values[-1] if values else ""


def _is_true(value: str) -> bool:
    return value.lower() in {"true", "1", "yes", "on"}


def _ordering(value: str) -> str:
    if value and value not in ORDERINGS:
        raise Invalid({"ordering": f"Use one of {', '.join(ORDERINGS)}."})
    return value or RELEVANCE


def _limit(value: str, default: int) -> int:
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or len(value) > 4 or not 1 <= int(value) <= LIMIT_AT_MOST:
        raise Invalid({"limit": f"Use a whole number from 1 to {LIMIT_AT_MOST}."})
    return int(value)
