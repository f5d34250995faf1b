"""One source: how it is, and what a person does with it at a click."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from common.access import can, require
from common.web.htmx import redirect
from discovery.permissions import Action
from discovery.queries.progress import current_run
from discovery.usecases.pause_source import pause_source
from discovery.usecases.queue_run import queue_run
from discovery.usecases.resume_source import resume_source
from discovery.web.inbox import inbox_context, render_inbox
from discovery.web.places import crumbs, kind_shown, source_of, source_url
from discovery.web.run_panel import panel
from discovery.web.watch_panel import watch_shown
from discovery.web.words import ahead_words, schedule_words


@require_safe
def detail(request: HttpRequest, name: str) -> HttpResponse:
    """Eighteen queries; for htmx, which asks for the inbox alone, the same address gives that part."""
    source = source_of(request, name)
    actor, now = request.actor, timezone.now()
    schedule = schedule_words(source.schedule_seconds)
    if source.due_at and not source.is_paused:
        schedule = f"{schedule}, {ahead_words(source.due_at, now)}"
    context = {
        "section": "discovery",
        "crumbs": crumbs(source),
        "source": source,
        "kind": kind_shown(source.kind),
        "schedule": schedule,
        "can_run": can(actor, Action.SOURCE_RUN, source),
        "can_manage": can(actor, Action.SOURCE_MANAGE, source),
        **panel(current_run(source), source, actor, now),
        **watch_shown(source, now),
        **inbox_context(request, source=source),
    }
    return render_inbox(request, "discovery/source.html", context)


@require_POST
def run_now(request: HttpRequest, name: str) -> HttpResponse:
    source = source_of(request, name)
    require(request.actor, Action.SOURCE_RUN, source)
    queue_run(actor=request.actor, source=source, now=timezone.now())
    return redirect(request, source_url(source))


@require_POST
def pause(request: HttpRequest, name: str) -> HttpResponse:
    source = source_of(request, name)
    pause_source(actor=request.actor, source=source, now=timezone.now())
    messages.success(request, f"{source.name} is paused. Nothing runs by itself until it is resumed.")
    return redirect(request, source_url(source))


@require_POST
def resume(request: HttpRequest, name: str) -> HttpResponse:
    source = source_of(request, name)
    resume_source(actor=request.actor, source=source, now=timezone.now())
    messages.success(request, f"{source.name} is resumed")
    return redirect(request, source_url(source))
