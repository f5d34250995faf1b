"""The first page of discovery: every source the reader may see, and what waits for a person."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.access import can, require
from common.paging import page_of
from common.web.htmx import render
from common.web.paging import neighbours
from discovery.models import HoldState, Run, Source
from discovery.permissions import Action
from discovery.queries.attention import new_without_owner
from discovery.queries.overview import COUNT_LIMIT, sources_in_trouble, sources_with_counts
from discovery.queries.posture import exposed_without_authentication
from discovery.queries.progress import current_run
from discovery.queries.watches import Standing, standing_of
from discovery.web.places import kind_shown, source_url
from discovery.web.words import ahead_words, schedule_words

PER_PAGE = 50
#: How a watch stands that the list has a mark for.
_MARKED = (Standing.LIVE, Standing.STARTING, Standing.WAITING, Standing.REFUSED, Standing.UNATTENDED)
IN_TROUBLE = 5


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Nine queries with sources to show, three of them for who asks and one for the menu."""
    actor = request.actor
    require(actor, Action.DISCOVERY_READ)
    now = timezone.now()
    page = page_of(sources_with_counts(actor), ordering=["name"], limit=PER_PAGE, cursor=request.GET.get("cursor"))
    rows = [_row(source, now) for source in page.items]
    context = {
        "section": "discovery",
        "rows": rows,
        "polls": any(row["watch"] or row["source"].runs_under_way for row in rows),
        "troubled": sources_in_trouble(actor, IN_TROUBLE) if page.items else None,
        "unowned": new_without_owner(actor),
        "exposed": exposed_without_authentication(actor),
        "can_add": can(actor, Action.SOURCE_MANAGE),
        **neighbours(request, page),
    }
    return render(request, "discovery/overview.html", context, part="discovery/_overview.html")


def _row(source: Source, now: datetime) -> dict[str, Any]:
    run, last = current_run(source), source.last_run
    return {
        "source": source,
        "url": source_url(source),
        "kind": kind_shown(source.kind),
        "run": run,
        "state": _state(source, run),
        "watch": standing if (standing := standing_of(source, now)) in _MARKED else "",
        "next": _next(source, now),
        "new": _bounded(source.new_count),
        "missing": _bounded(source.missing_count),
        "problems": last.problem_count if last else None,
    }


def _state(source: Source, run: Run | None) -> str:
    """The state of the badge: of the run, unless its loss waits for a person."""
    if run is None:
        return "never"
    return HoldState.HELD if run.hold == HoldState.HELD else run.state


def _next(source: Source, now: datetime) -> str:
    """When it is looked at again, in words."""
    if source.is_paused:
        return "paused"
    if source.runs_under_way:
        return ""
    if source.due_at is None:
        return schedule_words(None).lower()
    words = ahead_words(source.due_at, now)
    return words if words == "due now" else f"next {words}"


def _bounded(count: int) -> str:
    """Nothing for none: the column is for what is there."""
    return f"{COUNT_LIMIT}+" if count > COUNT_LIMIT else str(count or "")
