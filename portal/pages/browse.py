"""Browse and search: one page for both, its whole state in the URL."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from catalog.search.query import search
from catalog.search.values import API, PUBLISHED, RELEVANCE, SERVICE, TITLE, UPDATED, Correction, SearchPage
from common.web.addresses import parts_of
from common.web.htmx import is_htmx, render
from common.web.words import grouped
from portal.pages.facets import chips, panels
from portal.pages.none_found import nothing_found
from portal.pages.question import PER_PAGE, Question, question_of
from portal.pages.rows import row_of

_SORTS = {TITLE: "Name", PUBLISHED: "Newest", UPDATED: "Last changed"}

#: What a list of one kind holds, one and many; without a question and a kind it is APIs and services.
_NOUNS = {
    "api": ("API", "APIs"),
    "operation": ("operation", "operations"),
    "service": ("service", "services"),
    "team": ("team", "teams"),
    "domain": ("domain", "domains"),
    "system": ("system", "systems"),
    "page": ("page", "pages"),
}


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """Eight queries, four of them for who asks; eleven when the words had to be corrected or nothing was found, and as
    many again as a search takes to say what there is without the filters."""
    question = question_of(request.GET)
    page = search(request.actor, question.request)
    response = render(request, "portal/browse.html", _context(request, question, page), part="portal/_browse.html")
    if is_htmx(request):
        _say_address(request, response, question)
    # Going back must not show the part that was swapped in under the same address, nor what others may see.
    patch_cache_control(response, private=True, no_store=True)
    return response


def _context(request: HttpRequest, question: Question, page: SearchPage) -> dict[str, Any]:
    actor = request.actor
    knows_teams = actor.is_authenticated
    titles = {result.name: result.title for result in page.results if result.kind == API}
    titles |= {result.api: result.api_title for result in page.results if result.api_title}
    context = {
        "section": "browse",
        "is_part": is_htmx(request),
        "query": question.request.q,
        "words": question.words,
        "heading": _heading(question, page),
        "show": f"Show {_number(page)} {'result' if page.count == 1 else 'results'}",
        "corrected": page.correction.used if page.correction else "",
        "exact_url": question.exactly().url(),
        "facets": panels(question, page.facets, knows_teams=knows_teams),
        "chosen": chips(question, page.facets, titles),
        "kept": question.kept,
        "clear_url": question.without_filters().url(),
        "sorts": _sorts(question),
        "exposed_url": _exposed_url(question) if knows_teams else "",
        "results": [row_of(result, question, knows_teams=knows_teams) for result in page.results],
        **_paging(question, page),
    }
    return context if page.results else context | nothing_found(actor, question)


def _exposed_url(question: Question) -> str:
    """Where what runs exposed without authentication is listed, of the same owner and domain; for services alone."""
    if question.chosen.get("kind") != (SERVICE,):
        return ""
    chosen = {name: question.chosen.get(name, ()) for name in ("owner", "domain")}
    same = {name: values[0] for name, values in chosen.items() if len(values) == 1}
    return f"{reverse('discovery:posture-services')}?{urlencode({'open': 'true', **same})}"


def _number(page: SearchPage) -> str:
    return grouped(page.count) if page.count_exact else f"{grouped(page.count)}+"


def _heading(question: Question, page: SearchPage) -> str:
    number = _number(page)
    words = _words(question, page.correction)
    if words:
        return f"{number} {'result' if page.count == 1 else 'results'} for “{words}”"
    kinds = (*question.request.kinds, *question.typed.get("kind", ()))
    if not kinds:
        return f"{number} APIs and services" if page.count != 1 else "1 API or service"
    if len(set(kinds)) == 1 and kinds[0] in _NOUNS:
        return f"{number} {_NOUNS[kinds[0]][page.count != 1]}"
    return f"{number} {'result' if page.count == 1 else 'results'}"


def _words(question: Question, correction: Correction | None) -> str:
    return correction.used if correction else question.words


def _sorts(question: Question) -> list[dict[str, Any]]:
    """Answers to words come by relevance; a list may be sorted."""
    if question.words:
        return []
    asked = question.request.ordering
    ordering = TITLE if asked == RELEVANCE else asked
    return [{"value": value, "label": label, "chosen": value == ordering} for value, label in _SORTS.items()]


def _paging(question: Question, page: SearchPage) -> dict[str, Any]:
    number = question.page
    return {
        "shown": _shown(question, page),
        "next_url": question.url(cursor=page.next, page=number + 1) if page.next else "",
        "previous_url": question.url(cursor=page.previous, page=max(number - 1, 1)) if page.previous else "",
    }


def _shown(question: Question, page: SearchPage) -> str:
    """Where in the list this page is; results that hang below others have no such numbers."""
    if not (page.next or page.previous):
        return ""
    if question.words:
        return f"Page {grouped(question.page)}"
    first = (question.page - 1) * PER_PAGE + 1
    total = grouped(page.count) if page.count_exact else f"{grouped(page.count)}+"
    return f"{grouped(first)}–{grouped(first + len(page.results) - 1)} of {total}"


def _say_address(request: HttpRequest, response: HttpResponse, question: Question) -> None:
    """The browser's address after a change: a new one to go back from, unless the words are only being refined."""
    before = QueryDict(parts_of(request.headers.get("HX-Current-URL", "")).query).get("q", "")
    refines = bool(before and question.request.q and before != question.request.q)
    response["HX-Replace-Url" if refines else "HX-Push-Url"] = reverse("portal:browse") + question.url()
