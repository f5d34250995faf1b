"""Services: the page of one, adding one, editing one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from catalog.permissions import Action
from catalog.queries.entries import service_detail
from catalog.usecases.create_service import create_service
from catalog.usecases.edit_entry import edit_entry
from catalog.web.choices import choices_of, wants_to_find
from catalog.web.entry_forms import NewService, ServiceForm, entry_initial, owners
from catalog.web.places import entry_crumbs, entry_facts, entry_url
from catalog.web.posture import posture_table
from catalog.web.rail import contacts_of
from catalog.web.running import Places, places_fact, sayings_of
from common import markdown
from common.access import Denied, SignInRequired, can, require
from common.web.forms import refusals_in
from common.web.htmx import redirect, render, render_form

_RELATED = ("provides", "consumes", "depends_on")


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Three queries, one of them for the contacts of the team, and what discovery needs to answer."""
    actor = request.actor
    service = service_detail(actor, slug)
    places = Places(service.place_values) if service.place_values is not None else None
    context = {
        "section": "browse",
        "service": service,
        "crumbs": entry_crumbs(service),
        "sentence": markdown.first_words(service.description),
        "meta": [*entry_facts(service, actor), *places_fact(places)],
        "places": places,
        "posture": posture_table(places.there) if places is not None else None,
        "sayings": sayings_of(actor, service),
        "contact": contacts_of(service, actor),
        "pages": service.page_values,
        "may_edit": can(actor, Action.SERVICE_EDIT, service),
    }
    return render(request, "catalog/service_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    actor = request.actor
    _require_some_team(request)
    form = NewService(request.POST or None, actor=actor, initial={"name": request.GET.get("name", "")})
    finds = wants_to_find(form)
    if not finds and form.is_valid():
        with refusals_in(form):
            name = form.cleaned_data["name"]
            service = create_service(actor=actor, slug=name, metadata=form.metadata(), now=timezone.now())
            messages.success(request, f"{service.title} is added")
            return redirect(request, entry_url(service))
    context = {
        "section": "browse",
        "heading": "Add a service",
        "intro": "A running piece of software that provides or consumes APIs.",
        "submit": "Add service",
        "related": choices_of(form, actor),
        "cancel_url": "/",
    }
    return _form(request, context, form, finds=finds)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    actor = request.actor
    service = service_detail(actor, slug)
    require(actor, Action.SERVICE_EDIT, service)
    related = {name: [one["slug"] for one in getattr(service, f"{name}_values")] for name in _RELATED}
    form = ServiceForm(
        request.POST or None,
        actor=actor,
        owner=service.owner,
        may_transfer=can(actor, Action.SERVICE_TRANSFER, service),
        initial={**entry_initial(service), "kind": service.kind, "lifecycle": service.lifecycle, **related},
    )
    finds = wants_to_find(form)
    if not finds and form.is_valid():
        with refusals_in(form):
            edit_entry(actor=actor, entry=service, metadata=form.metadata(), now=timezone.now())
            messages.success(request, f"{form.cleaned_data['title']} is saved")
            return redirect(request, entry_url(service))
    context = {
        "section": "browse",
        "heading": f"Edit {service.title}",
        "crumbs": entry_crumbs(service, "Edit"),
        "related": choices_of(form, actor),
        "cancel_url": reverse("catalog:service-detail", args=[slug]),
    }
    return _form(request, context, form, finds=finds)


def _form(request: HttpRequest, context: dict, form: ServiceForm, *, finds: bool) -> HttpResponse:
    if finds:
        return render(request, "catalog/entry_form.html", {**context, "form": form})
    return render_form(request, "catalog/entry_form.html", context, form=form)


def _require_some_team(request: HttpRequest) -> None:
    """There is a team the actor may add a service for; the use case asks again for the one that is chosen."""
    if not request.actor.is_authenticated:
        raise SignInRequired
    if not any(can(request.actor, Action.SERVICE_CREATE, team) for team in owners(request.actor)):
        raise Denied("Adding a service takes the publisher role and a team that will own it.")
