"""The inbox as a part of a page: of all sources one may see, or of one source on its own page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.cache import patch_cache_control
from django.utils.safestring import SafeString, mark_safe

from accounts.actor import Actor
from accounts.models import Team
from catalog.models import Domain, Environment, Visibility
from common.access import can
from common.errors import NotFound
from common.paging import Count, Page, bounded_counts, counts_in_one_pass
from common.web.addresses import parts_of
from common.web.htmx import is_htmx, render
from common.web.vocabulary import BADGES
from common.web.words import grouped
from discovery.connectors.base import EXPOSURES
from discovery.filters import CALLED_BY, MESHES, MTLS, SPECIFICATIONS
from discovery.models import UNDER_WAY, DiscoveredService, Run, Source, State, Tombstone
from discovery.permissions import Action
from discovery.queries.inbox import filtered, inbox_page
from discovery.queries.watches import are_followed
from discovery.web.inbox_markup import rows_markup
from discovery.web.inbox_question import TABS, VIEWS, InboxQuestion, question_of
from discovery.web.inbox_rows import InboxRow, known_services

PER_PAGE = 50
CHOICES_AT_MOST = 500
SELECT_AT_MOST = 1_000
SOURCE_PAGE = "discovery:source"
VERBS = ("publish", "ignore", "match", "retire", "restore")

_EXPOSURES = [(name, BADGES["exposure"][name].word) for name in EXPOSURES]
# Shorter than in REST: the select that holds them stands in a row of filters.
_SPECIFICATIONS = [("none", "Not found"), *((name, title.split(" from ")[0]) for name, title in SPECIFICATIONS[1:])]
_TITLES = dict(State.choices)
_SET_ASIDE = frozenset({State.IGNORED, State.RETIRED})


def inbox_context(request: HttpRequest, *, source: Source | None = None, url: str = "") -> dict[str, Any]:
    """What ``discovery/_inbox.html`` shows for the address of the request, or for ``url``.

    With ``source`` only its services, and no filter for sources. At most ten queries, however many rows there are.
    """
    asked = parts_of(url or request.get_full_path())
    question = question_of(QueryDict(asked.query), asked.path, source.name if source else "")
    actor = request.actor
    page = _page(actor, question)
    if question.cursor and not page.items:
        # The rows of this page are gone, the one who made them go stays in the list.
        question = replace(question, cursor=None, page=1)
        page = _page(actor, question)
    counts, view_counts = _counts(actor, question)
    rows = rows_shown(page.items, actor)
    return {
        "inbox": question,
        "inbox_rows": rows_markup(rows, question.state),
        "inbox_tabs": _tabs(question, counts),
        "inbox_views": _views(question, view_counts),
        "inbox_count": counts[question.state],
        "is_new": question.state == State.NEW,
        "is_open": question.is_open,
        "is_known": question.state in (State.MATCHED, State.PUBLISHED),
        "is_missing": question.state == State.MISSING,
        "is_aside": question.state in _SET_ASIDE,
        "is_decidable": any(row.may_decide for row in rows),
        "select_all": _select_all(counts[question.state], len(rows)),
        "act_urls": {verb: reverse(f"discovery:inbox-{verb}") for verb in VERBS},
        "newest": rows[0].id if rows else 0,
        **_following(actor, question, source),
        **_choices(actor, question, source),
        **_paging(question, page, counts[question.state]),
    }


def render_inbox(request: HttpRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    """The page that holds the inbox, or the inbox alone for htmx, which also hears which address that has.

    Words that are only being refined replace the address; anything else is something to go back from.
    """
    response = render(request, page, context, part="discovery/_inbox.html")
    if is_htmx(request):
        question = context["inbox"]
        before = QueryDict(parts_of(request.headers.get("HX-Current-URL", "")).query).get("search", "")
        refines = bool(before) and before != question.filters.get("search", "")
        response["HX-Replace-Url" if refines else "HX-Push-Url"] = question.here_url
    # Going back must not show a part that was swapped in under the same address.
    patch_cache_control(response, private=True, no_store=True)
    return response


def source_at(actor: Actor, url: str) -> Source | None:
    """The source whose page this address is; raises ``NotFound`` when the actor may not know of it."""
    try:
        found = resolve(parts_of(url).path)
    except Resolver404:
        return None
    if found.view_name != SOURCE_PAGE:
        return None
    source = Source.objects.visible_to(actor).filter(**found.kwargs).first()
    if source is None:
        raise NotFound
    return source


def found_by(actor: Actor, question: InboxQuestion) -> QuerySet[DiscoveredService]:
    """The rows that the question selects, of those the actor may see."""
    return filtered(actor, question.asked)


def _page(actor: Actor, question: InboxQuestion) -> Page:
    asked = question.asked | ({"cursor": question.cursor} if question.cursor else {})
    return inbox_page(actor, asked, limit=PER_PAGE)


def is_under_way(actor: Actor, source: Source | None) -> bool:
    """Whether a run that may bring new rows is queued or running; one query."""
    runs = Run.objects.visible_to(actor).filter(state__in=UNDER_WAY)
    return (runs.filter(source=source) if source else runs).exists()


def _following(actor: Actor, question: InboxQuestion, source: Source | None) -> dict[str, bool]:
    """Whether the list asks what has arrived, and whether that is because of a run."""
    can_grow = question.state == State.NEW and not question.cursor
    is_run_under_way = can_grow and is_under_way(actor, source)
    return {
        "is_run_under_way": is_run_under_way,
        "polls": is_run_under_way or (can_grow and are_followed(actor, source)),
    }


def rows_shown(items: Sequence[DiscoveredService], actor: Actor) -> list[InboxRow]:
    """The rows in the words of the inbox; one query where people set some aside."""
    aside = [item for item in items if item.state in _SET_ASIDE]
    standing = Tombstone.objects.filter(discovered__in=aside, lifted_at=None).order_by("decided_at", "pk")
    decisions = {decision.discovered_id: decision for decision in standing} if aside else {}
    services = known_services(items, actor)
    return [
        InboxRow(
            discovered=item,
            may_decide=can(actor, Action.SERVICE_DECIDE, item),
            service=services.get(item.service_id),
            decision=decisions.get(item.pk),
        )
        for item in items
    ]


def _counts(actor: Actor, question: InboxQuestion) -> tuple[dict[str, Count], list[Count]]:
    """How many rows each state has with these filters; how many all and each one-click view have within this state.

    One query.
    """
    kept = dict(question.asked)
    del kept["state"]
    narrowing = Q()
    for view in VIEWS.values():
        if kept.get(view.field) == view.value:
            del kept[view.field]
            narrowing &= view.condition(actor)
    within = Q(state=question.state)
    conditions = [narrowing & Q(state=state) for state in TABS]
    conditions += [within & view.condition(actor) for view in VIEWS.values()]
    if narrowing:
        conditions.append(within)
    every = filtered(actor, kept)
    if "search" in kept:
        counts = counts_in_one_pass(every, conditions)
    else:
        counts = bounded_counts([every.filter(condition) for condition in conditions])
    by_state = dict(zip(TABS, counts, strict=False))
    all_within = counts[-1] if narrowing else by_state[question.state]
    return by_state, [all_within, *counts[len(TABS) : len(TABS) + len(VIEWS)]]


def _tabs(question: InboxQuestion, counts: Mapping[str, Count]) -> list[dict[str, Any]]:
    return [
        {"name": state, "title": _TITLES[state], "url": question.url(state=state), "count": number_of(counts[state])}
        for state in TABS
    ]


def _views(question: InboxQuestion, counts: Sequence[Count]) -> list[dict[str, Any]]:
    views = [("", "All", ""), *((name, view.title, view.icon) for name, view in VIEWS.items())]
    return [
        {
            "title": title,
            "icon": icon,
            "url": question.view_url(name),
            "count": number_of(count),
            "is_current": name == question.view,
        }
        for (name, title, icon), count in zip(views, counts, strict=True)
    ]


def _select_all(count: Count, shown: int) -> str:
    """The words of the box that selects all rows of the filter; empty when all of them stand on this page."""
    if count.exact and count.value <= shown:
        return ""
    if count.exact and count.value <= SELECT_AT_MOST:
        return f"Select all {grouped(count.value)}"
    return f"Select the first {grouped(SELECT_AT_MOST)} of {number_of(count)}"


def _choices(actor: Actor, question: InboxQuestion, source: Source | None) -> dict[str, Any]:
    """What the selects of the filters offer, and those of the bulk bar where it has any."""
    bulk: list[tuple[str, str, Iterable[tuple[str, str]]]] = []
    if question.is_open:
        teams = Team.objects.visible_to(actor).order_by("title", "pk").values_list("slug", "title")
        domains = Domain.objects.visible_to(actor).order_by("title", "pk").values_list("slug", "title")
        bulk = [
            ("owner", "Owner", teams[:CHOICES_AT_MOST]),
            ("domain", "Domain", domains[:CHOICES_AT_MOST]),
            ("visibility", "Visibility", Visibility.choices),
        ]
    environments = Environment.objects.visible_to(actor).order_by("position", "slug").values_list("slug", "title")
    names = [] if source else Source.objects.visible_to(actor).order_by("name").values_list("name", "name")
    selects: list[tuple[str, str, Sequence[tuple[str, str]]]] = [
        ("environment", "Environment", () if source else list(environments)),
        ("source", "Source", list(names[:CHOICES_AT_MOST])),
        ("exposure", "Exposure", _EXPOSURES),
        ("specification", "Specification", _SPECIFICATIONS),
        ("mesh", "Mesh", MESHES),
        ("mtls", "mTLS", MTLS),
        ("callers", "Callers", CALLED_BY),
    ]
    return {
        "bulk_selects": [{"name": name, "title": title, "options": _options(options)} for name, title, options in bulk],
        "filter_selects": [
            {"name": name, "title": title, "options": _options(options, chosen), "is_chosen": bool(chosen)}
            for name, title, options in selects
            if options
            for chosen in [question.filters.get(name, "")]
        ],
    }


def _options(choices: Iterable[tuple[str, str]], chosen: str = "") -> SafeString:
    """The options of a select; made here, since some have hundreds."""
    lines = [
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(label)}</option>'
        for value, label in choices
    ]
    return mark_safe("".join(lines))  # noqa: S308


def _paging(question: InboxQuestion, page: Page, count: Count) -> dict[str, str]:
    number = question.page
    first = (number - 1) * PER_PAGE + 1
    last = first + len(page.items) - 1
    return {
        "shown": f"{grouped(first)}–{grouped(last)} of {number_of(count)}" if page.items else "",
        "next_url": question.url(cursor=page.next, page=number + 1) if page.next else "",
        "previous_url": question.url(cursor=page.previous, page=max(number - 1, 1)) if page.previous else "",
    }


def number_of(count: Count) -> str:
    """«38», or «10,000+» where counting stopped."""
    return grouped(count.value) if count.exact else f"{grouped(count.value)}+"
