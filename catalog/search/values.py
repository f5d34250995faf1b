"""What is asked of search and what it answers: plain values that both doors render."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

API, OPERATION, SERVICE, TEAM, DOMAIN, SYSTEM, PAGE = "api", "operation", "service", "team", "domain", "system", "page"
KINDS = (API, OPERATION, SERVICE, TEAM, DOMAIN, SYSTEM, PAGE)

#: Facets in the order they are shown.
FACETS = ("kind", "domain", "system", "owner", "tag", "lifecycle", "format", "environment")

RELEVANCE, TITLE, UPDATED, PUBLISHED = "relevance", "title", "-updated", "-published"
ORDERINGS = (RELEVANCE, TITLE, UPDATED, PUBLISHED)

#: A text as pieces, each with whether it matched; joined they are the text.
Segments = tuple[tuple[str, bool], ...]

_NO_FILTERS: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A question. ``filters`` maps a facet (or ``service_kind``, or ``api`` for an API with its operations) to values
    of which one must hold.

    Without ``q`` the entries are listed in ``ordering``, by title when that is relevance. ``kinds`` is the filter on
    the facet «kind»; empty means every kind, but operations are then left out of a list without ``q``. ``grouped``
    hangs operations below their API. ``exact`` leaves a misspelt word as it is.
    """

    q: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NO_FILTERS)
    kinds: tuple[str, ...] = ()
    ordering: str = RELEVANCE
    cursor: str | None = None
    limit: int = 50
    facets: bool = False
    exact: bool = False
    grouped: bool = False


@dataclass(frozen=True, slots=True)
class Matched:
    """Why a result is there. ``where`` is title, name, path, summary, operation_id, description, field, group, owner,
    domain, system, tag or nothing.

    For a field ``place`` says request, response, query, path, header, cookie or schema and ``text`` names it. A
    description with a ``text`` has those words beyond what a result shows of it.
    """

    where: str = ""
    place: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One entry or operation. ``name`` is its slug; ``api`` and ``version`` are set for APIs and operations.

    ``parent_kind`` and ``parent`` name the entry a page is about. ``operations`` are at most three that match, of a
    grouped answer, and ``more_operations`` how many match beside them. An API that stands there only for its
    operations has no ``matched``.
    """

    kind: str
    name: str
    title: str
    title_segments: Segments
    description: str
    description_segments: Segments
    matched: Matched
    score: int = 0
    api: str = ""
    api_title: str = ""
    version: str = ""
    lifecycle: str = ""
    sunset_on: object = None
    visibility: str = ""
    format: str = ""
    service_kind: str = ""
    owner: str = ""
    owner_title: str = ""
    domain: str = ""
    domain_title: str = ""
    system: str = ""
    system_title: str = ""
    tags: tuple[str, ...] = ()
    updated_at: datetime | None = None
    published_at: datetime | None = None
    operation_count: int = 0
    parent_kind: str = ""
    parent: str = ""
    method: str = ""
    path: str = ""
    path_segments: Segments = ()
    operation: str = ""
    operation_id: str = ""
    deprecated: bool = False
    operations: tuple["Result", ...] = ()
    more_operations: int = 0


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet with the number of results it would give; ``value`` is what a filter takes."""

    value: str
    title: str
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """The search that was made instead of the one that found nothing."""

    asked: str
    used: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """An answer. ``count`` counts single results, operations included; with ``count_exact`` false it is at least that.

    ``facets`` maps each facet to its values, most frequent first; empty unless asked for.
    """

    results: tuple[Result, ...]
    next: str | None
    previous: str | None
    count: int
    count_exact: bool
    facets: Mapping[str, tuple[FacetValue, ...]]
    correction: Correction | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A row below the search box; ``detail`` says where it belongs."""

    kind: str
    name: str
    title: str
    title_segments: Segments
    detail: str = ""
    api: str = ""
    version: str = ""
    operation: str = ""
    method: str = ""
    path: str = ""
    parent_kind: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class SuggestionGroup:
    """Suggestions of one kind."""

    kind: str
    suggestions: tuple[Suggestion, ...]
