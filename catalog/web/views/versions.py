"""The versions of an API: their list, their lifecycle, where they are reachable, what was found in their document."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from catalog.lifecycle import is_backwards
from catalog.models import APIVersion, Environment, Lifecycle
from catalog.permissions import Action
from catalog.queries.versions import version_detail, versions_of
from catalog.questions import carried_instances
from catalog.usecases.edit_version import edit_version
from catalog.web.api_page import api_page
from catalog.web.places import entry_crumbs
from catalog.web.version_forms import EditVersion, Instances, stage_choices
from common.access import can, require
from common.web.forms import refusals_in
from common.web.htmx import redirect, render, render_form

_VERBS = {Lifecycle.PUBLISHED: "Publish", Lifecycle.DEPRECATED: "Deprecate", Lifecycle.RETIRED: "Retire"}


@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    page = api_page(request.actor, slug, request.GET.get("version"))
    changes = dict(versions_of(request.actor, slug).exclude(changelog="").values_list("pk", "changelog"))
    rows = [(version, changes.get(version.pk, "")) for version in page.versions]
    return render(request, "catalog/api_versions.html", page.context("versions", rows=rows))


@require_safe
def findings(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    page = api_page(request.actor, slug, version)
    return render(
        request, "catalog/version_findings.html", page.context("findings", findings=page.version.finding_rows)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """Stage, sunset, successor and changelog of a version; with ``to`` the one step to that stage."""
    shown = _editable(request, slug, version)
    step = _step(request.GET.get("to", ""), shown)
    stages = stage_choices(shown, may_revert=can(request.actor, Action.API_REVERT_LIFECYCLE, shown.api))
    form = EditVersion(
        request.POST or None,
        stages=stages,
        step=step,
        initial={
            "lifecycle": step or shown.lifecycle,
            "sunset": shown.sunset_on,
            "successor": _successor_name(shown),
            "changelog": shown.changelog,
        },
    )
    if form.is_valid():
        with refusals_in(form):
            edit_version(
                actor=request.actor,
                version=shown,
                metadata=form.metadata(),
                reason=form.cleaned_data.get("reason", ""),
                now=timezone.now(),
            )
            messages.success(request, f"{shown.api.title} {shown.name} is {form.cleaned_data['lifecycle']}")
            return redirect(request, _versions_url(shown))
    context = {**_form_context(shown, "Change lifecycle"), "submit": _VERBS.get(step)}
    return render_form(request, "catalog/version_form.html", context, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_instances(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    shown = _editable(request, slug, version)
    carried = carried_instances.ask([shown.pk]) or frozenset()
    own = [row for row in shown.instance_rows if row.pk not in carried]
    present = [{"environment": row.environment, "url": row.url} for row in own]
    formset = Instances(request.POST or None, initial=present, prefix="instances")
    if formset.is_valid():
        with refusals_in(formset.errors_form):
            edit_version(
                actor=request.actor,
                version=shown,
                metadata={"instances": formset.metadata()},
                now=timezone.now(),
            )
            messages.success(request, f"Instances of {shown.api.title} {shown.name} are saved")
            return redirect(request, reverse("catalog:version-detail", args=[shown.api.slug, shown.name]))
    status = 422 if formset.is_bound else 200
    context = {
        **_form_context(shown, "Instances"),
        "formset": formset,
        "carried": [row for row in shown.instance_rows if row.pk in carried],
        "form": formset.errors_form,
        "environments": Environment.objects.exists(),
    }
    return render(request, "catalog/version_instances.html", context, status=status)


def _editable(request: HttpRequest, slug: str, version: str) -> APIVersion:
    shown = version_detail(request.actor, slug, version)
    require(request.actor, Action.API_EDIT, shown.api)
    return shown


def _step(to: str, version: APIVersion) -> str:
    """The stage ahead that was asked for, if it is one; a step back takes the whole form with its reason."""
    return to if to in _VERBS and not is_backwards(version.lifecycle, to) else ""


def _successor_name(version: APIVersion) -> str:
    if version.successor is None:
        return ""
    if version.successor.api_id == version.api_id:
        return version.successor.name
    return f"{version.successor.api.slug}/{version.successor.name}"


def _versions_url(version: APIVersion) -> str:
    return reverse("catalog:api-versions", args=[version.api.slug])


def _form_context(version: APIVersion, last: str) -> dict:
    return {
        "version": version,
        "api": version.api,
        "crumbs": entry_crumbs(version.api, f"{version.name}: {last.lower()}"),
        "cancel_url": _versions_url(version),
        "section": "browse",
    }
