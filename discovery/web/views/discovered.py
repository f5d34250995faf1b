"""One discovered service: everything that was seen and decided, correcting what is proposed, the menu of its row."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actor import Actor
from accounts.web.lookup import visible_or_404
from catalog.models import APIVersion
from catalog.permissions import Action as CatalogAction
from catalog.querysets import is_visible
from catalog.web.posture import posture_table
from common.access import can, require
from common.web.forms import refusals_in
from common.web.htmx import INVALID_FORM, is_htmx, redirect, render
from common.web.toasts import say
from discovery.answers import place_seen
from discovery.models import DiscoveredService, Source, SpecificationDrift, State
from discovery.permissions import Action
from discovery.queries.drift import drift_shown
from discovery.queries.inbox import discovered_detail
from discovery.queries.instances import proposals_for
from discovery.usecases.choose_proposal import choose_proposal
from discovery.usecases.fetch_specification import fetch_specification
from discovery.web.acts import acts_for
from discovery.web.answers import answer, safe_next
from discovery.web.decision_forms import ChooseProposal
from discovery.web.inbox_rows import SpecificationWords, discovered_url, known_services, specification_words
from discovery.web.matching_choices import find_services
from discovery.web.places import source_url
from discovery.web.seen import decisions_of, fetch_of, places_of, proposals_of

_EDITABLE = (State.NEW, State.MATCHED, State.MISSING)
_WITH = ("source", "service__owner", "proposed_owner", "proposed_domain", "proposed_system")


@require_safe
def detail(request: HttpRequest, discovered: int) -> HttpResponse:
    """At most eight queries besides those of every page."""
    require(request.actor, Action.DISCOVERY_READ)
    one = discovered_detail(request.actor, discovered)
    may_decide = can(request.actor, Action.SERVICE_DECIDE, one)
    drift = drift_shown(one, request.actor)
    context = {
        "section": "discovery",
        "one": one,
        "crumbs": [
            {"title": "Discovery", "url": reverse("discovery:overview")},
            {"title": "Inbox", "url": reverse("discovery:inbox")},
            {"title": one.name},
        ],
        "acts": acts_for(one) if may_decide else [],
        "edit_url": f"{discovered_url(one.pk)}edit/" if may_decide and one.state in _EDITABLE else "",
        "specification": _specification(one, drift),
        "version": _version_known(one, request.actor),
        "drift": drift,
        **fetch_of(one, request.actor),
        "proposals": proposals_of(one),
        "decisions": decisions_of(one, request.actor),
        "may_decide": may_decide,
        "source_url": source_url(one.source) if _sees_source(request, one) else "",
        "service": known_services([one], request.actor).get(one.service_id),
        "posture": posture_table([place_seen(request.actor, one)]),
        "proposed": [
            {
                "version": version,
                "addresses": addresses,
                "offered": sum(address.is_offered for address in addresses),
                "add_url": reverse("discovery:instances-add", args=[version.api.slug, version.name]),
                "may_edit": can(request.actor, CatalogAction.API_EDIT, version.api),
            }
            for version, addresses in proposals_for(request.actor, one)
        ],
        **places_of(one),
    }
    return render(request, "discovery/discovered.html", context)


@require_POST
def fetch(request: HttpRequest, discovered: int) -> HttpResponse:
    """Its specification is looked for again now."""
    one = _found(request, discovered)
    fetch_specification(actor=request.actor, discovered=one, now=timezone.now())
    messages.success(request, f"The specification of {one.name} is looked for now. Reload in a moment.")
    return redirect(request, discovered_url(one.pk))


@require_safe
def actions(request: HttpRequest, discovered: int) -> HttpResponse:
    """What the menu of its row holds, asked for when it opens."""
    one = _found(request, discovered)
    may_decide = can(request.actor, Action.SERVICE_DECIDE, one)
    url = discovered_url(one.pk)
    context = {
        "one": one,
        "acts": acts_for(one) if may_decide else [],
        "edit_url": f"{url}edit/" if may_decide and one.state == State.NEW else "",
        "page_url": url,
    }
    return render(request, "discovery/_row_menu.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, discovered: int) -> HttpResponse:
    """A form in the row for htmx, a page for the others; only what a person changed becomes their choice."""
    one = _found(request, discovered)
    require(request.actor, Action.SERVICE_DECIDE, one)
    form = ChooseProposal(request.POST or None, discovered=one, focus=request.GET.get("field", "owner"))
    takes_back = "take_back" in request.POST
    if form.is_bound and (takes_back or form.is_valid()):
        values: dict[str, Any] = dict.fromkeys(one.chosen) if takes_back else form.changes()
        with refusals_in(form):
            choose_proposal(actor=request.actor, discovered=[one], values=values, now=timezone.now())
            text = "As discovery proposes it again." if takes_back else "Every later run keeps to it."
            say(request, f"{one.name} is changed" if values else "Nothing changed", text if values else "")
            return answer(request)
    context = {"section": "discovery", "one": one, "form": form, "next": _back(request, one)}
    if not is_htmx(request):
        status = INVALID_FORM if form.is_bound else 200
        return render(request, "discovery/edit_proposal.html", context, status=status)
    response = render(request, "discovery/_edit_row.html", context)
    if form.is_bound:
        response["HX-Retarget"], response["HX-Reswap"] = f"#discovered-{one.pk}", "outerHTML"
    return response


@require_safe
def service_choices(request: HttpRequest) -> HttpResponse:
    """The catalog services that hold ``?find=``, as choices of the question which one it is."""
    require(request.actor, Action.DISCOVERY_READ)
    find = request.GET.get("find", "")
    return render(
        request, "discovery/_service_choices.html", {"found": find_services(request.actor, find), "find": find}
    )


def _found(request: HttpRequest, discovered: int) -> DiscoveredService:
    return visible_or_404(DiscoveredService.objects.select_related(*_WITH), request.actor, pk=discovered)


def _specification(one: DiscoveredService, drift: SpecificationDrift | None) -> SpecificationWords:
    """In the words of the inbox; what differs is told in full below, and not twice."""
    words = specification_words(one)
    return replace(words, note="") if drift is not None else words


def _version_known(one: DiscoveredService, actor: Actor) -> APIVersion | None:
    """The version that its specification was published as, unless the API is one the actor may not know of."""
    version = one.specification_version
    return version if version is not None and is_visible(actor, version.api) else None


def _sees_source(request: HttpRequest, one: DiscoveredService) -> bool:
    return Source.objects.visible_to(request.actor).filter(pk=one.source_id).exists()


def _back(request: HttpRequest, one: DiscoveredService) -> str:
    """Where the form leads back to: the list that htmx asked from, the page that was named, or the service's own."""
    if is_htmx(request):
        return safe_next(request, request.headers.get("HX-Current-URL", ""))
    named = request.POST.get("next") or request.GET.get("next")
    return safe_next(request, named or discovered_url(one.pk))
