"""Deciding about discovered services, one or many: each asks what it needs to know, acts, and says what came of it."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from catalog.models import Service
from common.access import require
from common.web.htmx import INVALID_FORM, is_htmx
from common.web.words import counted
from discovery.models import DiscoveredService
from discovery.permissions import Action
from discovery.usecases.ignore_discovered import ignore_discovered
from discovery.usecases.merge_discovered import merge_discovered
from discovery.usecases.part_discovered import part_discovered
from discovery.usecases.publish_discovered import publish_discovered
from discovery.usecases.restore_discovered import restore_discovered
from discovery.usecases.retire_discovered import retire_discovered
from discovery.web.answers import answer, ask, tell
from discovery.web.attempts import Attempt, attempt
from discovery.web.decision_forms import GiveReason, MatchService, NameOwner
from discovery.web.matching_choices import find_services
from discovery.web.selection import Selection, selected

_CHOSEN = ("owner", "domain", "visibility")


@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    """What nobody is proposed for is published once a person said who owns it, or that nobody does."""
    selection = _to_decide(request)
    values: dict[str, str | None] = {name: value for name in _CHOSEN if (value := request.POST.get(name))}
    unowned = [] if values.get("owner") else [row for row in selection.rows if _is_unowned(row)]
    others = [row for row in selection.rows if row not in unowned] if unowned else selection.rows
    owner: str | None = None
    if unowned:
        form = NameOwner(request.POST if request.POST.keys() & set(NameOwner.ASKS) else None)
        if not form.is_valid():
            return _ask_owner(request, form, len(unowned), len(selection.rows))
        owner = form.owner
    done = attempt(others, _publishing(request, values))
    attempt(unowned, _publishing(request, {**values, "owner": owner}), done)
    rows = [row for publication in done.results for row in publication.rows]
    text = "In the catalog from now on, and kept up to date by each run."
    tell(request, done, rows, words="are published", text=text, undo=True, left=selection.is_part)
    return answer(request)


@require_POST
def ignore(request: HttpRequest) -> HttpResponse:
    return _with_reason(
        request, ignore_discovered, verb="Ignore", words="are ignored", effect="No run and no rule undoes this."
    )


@require_POST
def retire(request: HttpRequest) -> HttpResponse:
    effect = "Gone for good: this stays when a run sees it again."
    return _with_reason(request, retire_discovered, verb="Retire", words="are retired", effect=effect)


@require_POST
def match(request: HttpRequest) -> HttpResponse:
    """The service is found by search; without one chosen the answer is the question, with what the search found."""
    selection = _to_decide(request)
    form = MatchService(request.POST if "service" in request.POST else None)
    form.fields["service"].queryset = Service.objects.visible_to(request.actor)
    if not form.is_valid():
        find = request.POST.get("find", selection.rows[0].name if len(selection.rows) == 1 else "")
        context = {
            "heading": f"Match {_subject(selection)} with a catalog service",
            "form": form,
            "asks": ("service", "find"),
            "find": find,
            "found": find_services(request.actor, find),
            "submit": "Match",
            "effect": "That service runs there as well from then on. No run matches it otherwise.",
            "wide": True,
        }
        return _asked(request, "discovery/_ask_service.html", context, form)
    service = form.cleaned_data["service"]
    done = attempt(selection.rows, _acting(merge_discovered, request, service=service))
    text = f"{service.title} runs there as well."
    tell(request, done, _flat(done), words="are matched", text=text, undo=True, left=selection.is_part)
    return answer(request)


@require_POST
def pin(request: HttpRequest) -> HttpResponse:
    """The match that stands is a person's from now on; each row keeps the service it has."""
    selection = _to_decide(request)
    done = Attempt()
    for row in selection.rows:
        if row.service is not None:
            attempt([row], _acting(merge_discovered, request, service=row.service), done)
    tell(request, done, _flat(done), words="are pinned", text="No run matches otherwise.")
    return answer(request)


@require_POST
def part(request: HttpRequest) -> HttpResponse:
    selection = _to_decide(request)
    done = attempt(selection.rows, _acting(part_discovered, request))
    text = "No run matches it to that service again."
    tell(request, done, _flat(done), words="are on their own again", text=text)
    return answer(request)


@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """Also the undo of the others, with the ids in the address."""
    selection = _to_decide(request)
    done = attempt(selection.rows, _acting(restore_discovered, request))
    rows = [row for restored in done.results for row in restored.rows]
    removed = [slug for restored in done.results for slug in restored.removed]
    text = f"{counted(len(removed), 'service has,services have')} left the catalog again." if removed else ""
    tell(request, done, rows, words="are back in the inbox", text=text, left=selection.is_part)
    return answer(request)


def _to_decide(request: HttpRequest) -> Selection:
    """What the form selects; the actor may decide about some of it at least, and is told of the rest."""
    require(request.actor, Action.DISCOVERY_READ)
    selection = selected(request)
    if len(selection.rows) == 1:
        require(request.actor, Action.SERVICE_DECIDE, selection.rows[0])
    return selection


def _is_unowned(row: DiscoveredService) -> bool:
    return row.proposed_owner_id is None and row.service_id is None


def _publishing(request: HttpRequest, values: dict[str, str | None]) -> Callable[[Sequence[DiscoveredService]], Any]:
    return _acting(publish_discovered, request, values=values)


def _acting(
    usecase: Callable[..., Any], request: HttpRequest, **values: Any
) -> Callable[[Sequence[DiscoveredService]], Any]:
    now = timezone.now()
    return lambda rows: usecase(actor=request.actor, discovered=rows, **values, now=now)


def _with_reason(
    request: HttpRequest, usecase: Callable[..., Any], *, verb: str, words: str, effect: str
) -> HttpResponse:
    selection = _to_decide(request)
    form = GiveReason(request.POST if "reason" in request.POST else None)
    if not form.is_valid():
        context = {
            "heading": f"{verb} {_subject(selection)}",
            "form": form,
            "asks": ("reason",),
            "submit": f"{verb} {len(selection.rows):,}" if len(selection.rows) > 1 else verb,
            "effect": effect,
        }
        return _asked(request, "discovery/_ask_reason.html", context, form)
    done = attempt(selection.rows, _acting(usecase, request, reason=form.cleaned_data["reason"]))
    tell(request, done, _flat(done), words=words, text=effect, undo=True, left=selection.is_part)
    return answer(request)


def _ask_owner(request: HttpRequest, form: NameOwner, unowned: int, selected_count: int) -> HttpResponse:
    of = f" of {selected_count:,}" if selected_count > unowned else ""
    context = {
        "heading": f"{unowned:,}{of} {'has' if unowned == 1 else 'have'} no owner",
        "form": form,
        "asks": NameOwner.ASKS,
        "submit": f"Publish {selected_count:,}",
        "effect": "What has no owner is listed under Unowned until a team takes it.",
    }
    return _asked(request, "discovery/_ask_owner.html", context, form)


def _asked(request: HttpRequest, template: str, context: dict[str, Any], form: forms.Form) -> HttpResponse:
    """The question; its form is sent to where the decision was."""
    status = INVALID_FORM if form.is_bound and not is_htmx(request) else 200
    return ask(request, template, {**context, "action_url": request.path}, status)


def _subject(selection: Selection) -> str:
    if len(selection.rows) == 1:
        return selection.rows[0].name
    number = counted(len(selection.rows), "service,services")
    return f"the first {number}" if selection.is_part else number


def _flat(done: Attempt) -> list[DiscoveredService]:
    return [row for rows in done.results for row in rows]
