"""Applications in the browser: one's own and one's teams', creating, editing and retiring one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from catalog.web.choices import choices_of, wants_to_find
from common.access import require
from common.paging import bounded_count, page_of
from common.web.forms import refusals_in
from common.web.htmx import INVALID_FORM, redirect, render, render_form
from common.web.paging import neighbours
from common.web.toasts import say
from common.web.words import counted
from marketplace.models import LIVE, Application, Subscription
from marketplace.permissions import Action
from marketplace.usecases.create_application import create_application
from marketplace.usecases.edit_application import edit_application
from marketplace.usecases.retire_application import retire_application
from marketplace.web.application_forms import ApplicationForm
from marketplace.web.application_list import ApplicationFilters, application_rows, live_keys
from marketplace.web.lookup import application_named
from marketplace.web.places import (
    application_crumbs,
    application_url,
    came_from,
    confirmation,
    crumbs,
    with_application,
)

PER_PAGE = 50


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """By name, page by page; thirteen queries with who asks, the filters and the menu, however many there are."""
    actor = request.actor
    require(actor, Action.MARKETPLACE_READ)
    filters = ApplicationFilters(request.GET, actor=actor)
    found = filters.narrowed(Application.objects.held_by(actor))
    rows = found.select_related("team", "person", "environment", "service")
    page = page_of(rows, ordering=["name", "id"], limit=PER_PAGE, cursor=request.GET.get("cursor"))
    context = {
        "section": "access",
        "tab": "applications",
        "filters": filters,
        "rows": application_rows(page.items, timezone.now()),
        "count": bounded_count(found),
        "is_narrowed": any(request.GET.get(name) for name in filters.fields),
        **neighbours(request, page),
    }
    return render(
        request, "marketplace/application_list.html", context, status=200 if filters.is_valid() else INVALID_FORM
    )


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new application; ``?next=`` leads back to where somebody needed one, with it chosen."""
    actor = request.actor
    require(actor, Action.MARKETPLACE_READ)
    asked = {name: request.GET[name] for name in ("name", "team", "service") if name in request.GET}
    form = ApplicationForm(request.POST or None, actor=actor, initial=asked)
    back = came_from(request)
    finds = wants_to_find(form)
    if not finds and form.is_valid():
        with refusals_in(form):
            application = create_application(actor=actor, **form.values(), now=timezone.now())
            say(request, f"{application.name} is created", "It can ask for access to APIs now.")
            return redirect(request, with_application(back, application) if back else application_url(application))
    context = {
        **_form_context(form, request),
        "crumbs": crumbs(("Create an application", "")),
        "heading": "Create an application",
        "intro": "The software that calls APIs. Access is granted to it, and its keys belong to it.",
        "submit": "Create application",
        "cancel_url": back or reverse("marketplace:application-list"),
    }
    return _form(request, form, context, finds=finds)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, application = request.actor, application_named(request, public_id)
    require(actor, Action.APPLICATION_EDIT, application)
    form = ApplicationForm(request.POST or None, actor=actor, application=application)
    finds = wants_to_find(form)
    if not finds and form.is_valid():
        with refusals_in(form):
            edit_application(actor=actor, application=application, metadata=form.metadata(), now=timezone.now())
            say(request, f"{form.cleaned_data['name']} is saved")
            return redirect(request, application_url(application))
        application.refresh_from_db()
    context = {
        **_form_context(form, request),
        "crumbs": application_crumbs(application, "Edit"),
        "heading": f"Edit {application.name}",
        "intro": f"It calls APIs in {application.environment.title}.",
        "submit": "Save",
        "cancel_url": application_url(application),
    }
    return _form(request, form, context, finds=finds)


@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: HttpRequest, public_id: str) -> HttpResponse:
    actor, application = request.actor, application_named(request, public_id)
    require(actor, Action.APPLICATION_EDIT, application)
    if request.method == "POST":
        retire_application(actor=actor, application=application, now=timezone.now())
        say(request, f"{application.name} is retired", "Its subscriptions are revoked and its keys are refused.")
        return redirect(request, reverse("marketplace:application-list"))
    subscriptions = Subscription.objects.filter(application=application, state__in=LIVE).count()
    keys = live_keys(timezone.now()).filter(subscription__application=application).count()
    effect = (
        f"{counted(subscriptions, 'subscription,subscriptions')} and {counted(keys, 'key,keys')} end now. Its calls "
        "are refused about a second later. What it did stays in its history. This cannot be undone."
    )
    context = confirmation(
        f"Retire {application.name}?", effect, "Retire application", application_url(application),
        crumbs=application_crumbs(application, "Retire"), section="access",
    )  # fmt: skip
    return render(request, "catalog/confirm.html", context)


def _form_context(form: ApplicationForm, request: HttpRequest) -> dict[str, Any]:
    return {"section": "access", "related": choices_of(form, request.actor)}


def _form(request: HttpRequest, form: ApplicationForm, context: dict[str, Any], *, finds: bool) -> HttpResponse:
    """The page; a form that was sent to find a service is not wrong yet."""
    page = "marketplace/application_form.html"
    if finds:
        form.errors.clear()
        return render(request, page, {**context, "form": form})
    return render_form(request, page, context, form=form)
