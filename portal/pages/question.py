"""What the URL of browse asks, and the URLs that ask a little more or less. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.http import QueryDict

from catalog.filters import FILTERS, search_request, values_of
from catalog.search.text import parse
from catalog.search.values import RELEVANCE, TITLE, SearchRequest

PER_PAGE = 25
PAGES_AT_MOST = 1_000_000

#: What narrows a list beside the facets that are shown: one API, one sort of service.
UNSHOWN = ("api", "service_kind")

Chosen = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Question:
    """``chosen`` are the filters of the URL, ``typed`` those written into the words as ``owner:card-issuing``.

    ``words`` is ``request.q`` without those. ``page`` is what a reader calls this page; only the cursor finds it.
    """

    request: SearchRequest
    chosen: Chosen = field(default_factory=dict)
    typed: Chosen = field(default_factory=dict)
    words: str = ""
    page: int = 1

    @property
    def is_narrowed(self) -> bool:
        return bool(self.chosen or self.typed)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form must carry along unseen. ``exact`` names the words it is for: with others it has no meaning."""
        pairs = [(name, value) for name in UNSHOWN for value in self.chosen.get(name, ())]
        return [*pairs, ("exact", self.request.q)] if self.request.exact else pairs

    def url(self, **more: str | int) -> str:
        """This question as the address of a page: the first one unless ``more`` has a cursor."""
        pairs = [("q", self.request.q)] if self.request.q else []
        pairs += [(name, value) for name, values in self.chosen.items() for value in values]
        if self.request.ordering != RELEVANCE:
            pairs.append(("ordering", self.request.ordering))
        if self.request.exact:
            pairs.append(("exact", self.request.q))
        return f"?{urlencode([*pairs, *more.items()])}"

    def with_values(self, name: str, *values: str) -> "Question":
        return self._with({**self.chosen, name: values})

    def without_value(self, name: str, value: str) -> "Question":
        """The question without one value of a filter, wherever it was said."""
        left = tuple(one for one in self.chosen.get(name, ()) if one != value)
        rest = {key: values for key, values in self.chosen.items() if key != name}
        return self._with({**rest, name: left} if left else rest, _without_qualifier(self.request.q, name, value))

    def without_filters(self) -> "Question":
        return self._with({}, self.words)

    def exactly(self) -> "Question":
        return replace(self, request=replace(self.request, exact=True))

    def asking(self, words: str) -> "Question":
        """The same filters with other words."""
        return self._with(self.chosen, words)

    def _with(self, chosen: Chosen, q: str | None = None) -> "Question":
        q = self.request.q if q is None else q
        return replace(self, request=replace(self.request, q=q), chosen=chosen)


def question_of(query: QueryDict) -> Question:
    """The question in a query string; raises ``Invalid`` by parameter."""
    asked = query.copy()
    exact = asked.pop("exact", [""])[-1]
    request = search_request(asked, limit=PER_PAGE)
    chosen = {name: values for name in ("kind", *FILTERS, *UNSHOWN) if (values := values_of(query, name))}
    typed: dict[str, tuple[str, ...]] = {}
    for name, value in parse(request.q).qualifiers:
        typed[name] = (*typed.get(name, ()), value)
    filters = {name: values for name, values in chosen.items() if name != "kind"}
    words = _without_qualifiers(request.q, typed)
    # A list comes by title and an answer by relevance unless something else is asked for.
    is_usual = bool(words) or request.ordering == TITLE
    return Question(
        # Operations hang below their API, unless one API is all that is asked about.
        request=replace(
            request,
            filters=filters,
            ordering=RELEVANCE if is_usual else request.ordering,
            facets=True,
            exact=bool(exact) and exact == request.q,
            grouped="api" not in chosen,
        ),
        chosen=chosen,
        typed=typed,
        words=words,
        page=_page(query.get("page", "")) if request.cursor else 1,
    )


def _page(text: str) -> int:
    return min(int(text), PAGES_AT_MOST) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _without_qualifiers(q: str, typed: Chosen) -> str:
    for name, values in typed.items():
        for value in values:
            q = _without_qualifier(q, name, value)
    return q.strip()


def _without_qualifier(q: str, name: str, value: str) -> str:
    written = re.escape(value)
    return re.sub(rf'\s*(?<!\S){name}:(?:"{written}"|{written})(?!\S)', "", q, flags=re.IGNORECASE)
