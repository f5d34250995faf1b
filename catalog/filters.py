"""What a list or a search of the catalog can be asked, the same through every door."""

from collections.abc import Sequence

from django.http import QueryDict

from catalog.models import Lifecycle, ServiceKind
from catalog.search.values import KINDS, ORDERINGS, RELEVANCE, SearchRequest
from common.errors import Invalid

#: Facets that narrow a list; several values of one mean any of them, several facets mean all of them.
FILTERS = ("domain", "system", "owner", "tag", "lifecycle", "format", "environment")

QUERY_AT_MOST = 500
VALUES_AT_MOST = 50

_CHOICES: dict[str, Sequence[str]] = {"lifecycle": Lifecycle.values, "service_kind": ServiceKind.values, "kind": KINDS}


def search_request(
    query: QueryDict, *, kinds: tuple[str, ...] = (), service_kind: str = "service_kind", limit: int = 50
) -> SearchRequest:
    """The question in a query string: ``q``, facets, ``ordering``, ``cursor``, ``facets``, ``exact``.

    ``kinds`` fixes what is listed; without it ``kind`` chooses. ``service_kind`` is the parameter for the sort of
    service. Raises ``Invalid`` by parameter.
    """
    text = query.get("q", "")
    if len(text) > QUERY_AT_MOST:
        raise Invalid({"q": f"Use at most {QUERY_AT_MOST} characters."})
    ordering = query.get("ordering", RELEVANCE)
    if ordering not in ORDERINGS:
        raise Invalid({"ordering": f"Use one of {', '.join(ORDERINGS)}."})
    filters = {name: values for name in FILTERS if (values := values_of(query, name))}
    if services := values_of(query, service_kind, "service_kind"):
        filters["service_kind"] = services
    return SearchRequest(
        q=text,
        filters=filters,
        kinds=kinds or values_of(query, "kind"),
        ordering=ordering,
        cursor=query.get("cursor"),
        limit=limit,
        facets=flag(query, "facets"),
        exact=flag(query, "exact"),
    )


def values_of(query: QueryDict, name: str, facet: str = "") -> tuple[str, ...]:
    """The values of a parameter, repeated or with commas, each once; raises ``Invalid`` for one that cannot be."""
    values = tuple(dict.fromkeys(part.strip() for text in query.getlist(name) for part in text.split(",")))
    values = tuple(value for value in values if value)
    choices = _CHOICES.get(facet or name)
    if choices and not set(values) <= set(choices):
        raise Invalid({name: f"Use any of {', '.join(choices)}."})
    if len(values) > VALUES_AT_MOST:
        raise Invalid({name: f"Use at most {VALUES_AT_MOST} values."})
    return values


def flag(query: QueryDict, name: str) -> bool:
    """Whether ``?name=true``; raises ``Invalid`` for anything but true and false."""
    value = query.get(name, "false").lower()
    if value not in {"true", "false", "1", "0"}:
        raise Invalid({name: "Use true or false."})
    return value in {"true", "1"}
