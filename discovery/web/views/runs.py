"""Runs of a source: their list, one of them with its problems, its progress, and what a person says to its loss."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods, require_safe

from common.access import can, require
from common.errors import Conflict
from common.paging import page_of
from common.web.htmx import redirect, render
from common.web.paging import neighbours
from discovery.models import UNDER_WAY, HoldState, Run, RunProblem
from discovery.permissions import Action
from discovery.usecases.decide_loss import decide_loss
from discovery.web.places import crumbs, kind_shown, run_numbered, run_url, source_of, source_url
from discovery.web.run_panel import hold_effects, panel
from discovery.web.words import starter_words, took_words

RUNS_PER_PAGE = 50
PROBLEMS_PER_PAGE = 100

_SEVERITIES = {"error": "Errors", "warning": "Warnings", "info": "Info"}

# Every number a run counts, in the order it does it.
_COUNTS = {
    "observed": ("Seen", "services the place showed"),
    "new": ("New", "not known before"),
    "changed": ("Changed", "with other facts than before"),
    "moved": ("Moved", "under another name or namespace"),
    "returned": ("Returned", "were missing or retired"),
    "unchanged": ("Unchanged", "nothing was written"),
    "missing": ("Missing", "not there any more"),
    "held": ("Held", "would be missing, and wait for a person"),
    "published": ("Published", "by a rule"),
    "ignored": ("Ignored", "by a rule"),
}
#: What the list shows of them.
_LISTED = [(name, _COUNTS[name][0]) for name in ("observed", "new", "changed", "missing")]
_ANSWERS = {
    "confirm": ("Confirm the loss", "Confirm", "The loss is confirmed"),
    "reject": ("Reject the loss", "Reject", "The loss is rejected"),
}


@require_safe
def listing(request: HttpRequest, name: str) -> HttpResponse:
    source = source_of(request, name)
    page = page_of(source.runs.all(), ordering=["-id"], limit=RUNS_PER_PAGE, cursor=request.GET.get("cursor"))
    context = {
        "section": "discovery",
        "crumbs": crumbs(source, ("Runs", "")),
        "source": source,
        "rows": [_listed(run, source.name) for run in page.items],
        **neighbours(request, page),
    }
    return render(request, "discovery/run_list.html", context)


@require_safe
def detail(request: HttpRequest, name: str, number: int) -> HttpResponse:
    source = source_of(request, name)
    run = run_numbered(source, number)
    runs_url = reverse("discovery:run-list", args=[source.name])
    context = {
        "section": "discovery",
        "crumbs": crumbs(source, ("Runs", runs_url), (f"Run {run.number}", "")),
        "kind": kind_shown(source.kind),
        "counts": [(*_COUNTS[name], run.counts[name]) for name in _COUNTS if name in run.counts],
        **panel(run, source, request.actor, timezone.now(), in_full=True),
        **_problems(request, run),
    }
    return render(request, "discovery/run.html", context)


@require_safe
def progress(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The panel alone, which asks for itself again as long as the run is under way."""
    source = source_of(request, name)
    in_full = "full" in request.GET
    run = run_numbered(source, number)
    context = {
        **panel(run, source, request.actor, timezone.now(), in_full=in_full),
        "can_run": not in_full and can(request.actor, Action.SOURCE_RUN, source),
    }
    response = render(request, "discovery/_run_progress.html", context)
    if run.state not in UNDER_WAY:
        # An empty inbox on the page no longer says that a run is under way.
        response["HX-Trigger"] = "run-ended"
    patch_cache_control(response, private=True, no_store=True)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, name: str, number: int, answer: str) -> HttpResponse:
    """Whether a held loss is believed: the question as a page, and the answer."""
    source = source_of(request, name)
    require(request.actor, Action.LOSS_DECIDE, source)
    run = run_numbered(source, number)
    if answer not in _ANSWERS:
        raise Http404
    heading, action, done = _ANSWERS[answer]
    refusal, status = "", 200
    if request.method == "POST":
        try:
            decide_loss(actor=request.actor, run=run, believe=answer == "confirm", now=timezone.now())
        except Conflict as conflict:
            refusal, status = conflict.detail, 409
        else:
            messages.success(request, done)
            return redirect(request, source_url(source))
    elif run.hold != HoldState.HELD:
        refusal, status = "Nothing is held here: somebody has decided already, or there was no loss.", 409
    context = {
        "section": "discovery",
        "crumbs": crumbs(source, (f"Run {run.number}", run_url(run)), (heading, "")),
        "heading": heading,
        "action": action,
        "effect": hold_effects(run, source)[answer],
        "refusal": refusal,
        "calm": answer == "reject",
        "cancel_url": source_url(source),
    }
    return render(request, "discovery/decide.html", context, status=status)


def _listed(run: Run, source_name: str) -> dict[str, Any]:
    took = run.finished_at - run.started_at if run.finished_at and run.started_at else None
    return {
        "run": run,
        "url": reverse("discovery:run", args=[source_name, run.number]),
        "took": capfirst(took_words(took)),
        "counts": [(word, run.counts.get(name)) for name, word in _LISTED],
        "starter": starter_words(run.started_by),
    }


def _problems(request: HttpRequest, run: Run) -> dict[str, Any]:
    """The problems of the chosen severity, a page of them, and how many there are of each; two queries."""
    counts = dict(run.problems.order_by().values_list("severity").annotate(Count("pk")))
    chosen = request.GET.get("severity", "")
    found: Any = RunProblem.objects.filter(run=run)
    if chosen in _SEVERITIES:
        found = found.filter(severity=chosen)
    page = page_of(found, ordering=["position"], limit=PROBLEMS_PER_PAGE, cursor=request.GET.get("cursor"))
    choices = [
        ("", "All", sum(counts.values())),
        *((key, word, counts.get(key, 0)) for key, word in _SEVERITIES.items()),
    ]
    return {
        "problems": page.items,
        "severities": [
            {"value": key, "title": word, "count": count, "is_chosen": key == chosen}
            for key, word, count in choices
            if count or not key or key == chosen
        ],
        "more_problems": neighbours(request, page),
    }
