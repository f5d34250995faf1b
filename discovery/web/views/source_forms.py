"""Adding a source in two steps, changing one, and trying the connection from either form."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from catalog.models import Environment
from common.access import require
from common.web.forms import refusals_in
from common.web.htmx import INVALID_FORM, is_htmx, redirect, render, render_form
from common.web.words import bytes_size
from discovery.configuration import Kept, kept_by
from discovery.connectors.base import Connector, Misconfigured
from discovery.installed import connector_of, connectors
from discovery.models import Source
from discovery.permissions import Action
from discovery.usecases.add_source import add_source
from discovery.usecases.check_source import check_source
from discovery.usecases.edit_source import edit_source
from discovery.web.checked import told_of
from discovery.web.places import crumbs, source_of, source_url
from discovery.web.source_forms import SourceForm

TEST = "test"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the form is about: a connector, and the source that is changed unless it is a new one."""

    connector: Connector
    source: Source | None = None
    kept: Kept | None = None


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """The kinds to choose from; with ``?kind=`` the form of that kind."""
    require(request.actor, Action.SOURCE_MANAGE)
    kind = request.GET.get("kind", "")
    connector = connectors().get(kind)
    if connector is None:
        context = {
            **_context(crumbs(None, ("Add source", ""))),
            "kinds": sorted(connectors().values(), key=lambda one: one.title),
            "unknown": kind,
        }
        return render(request, "discovery/source_kinds.html", context, status=INVALID_FORM if kind else 200)
    if not Environment.objects.exists():
        return render(request, "discovery/source_kinds.html", {**_context(crumbs()), "needs_environment": True})
    return _form(request, _Asked(connector))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, name: str) -> HttpResponse:
    source = source_of(request, name)
    require(request.actor, Action.SOURCE_MANAGE, source)
    try:
        connector = connector_of(source.kind)
    except Misconfigured as missing:
        messages.error(request, f"{missing.message} {missing.hint}")
        return redirect(request, source_url(source))
    return _form(request, _Asked(connector, source, kept_by(source)))


def _form(request: HttpRequest, asked: _Asked) -> HttpResponse:
    is_sent = request.method == "POST"
    form = SourceForm(
        *((request.POST, request.FILES) if is_sent else ()),
        connector=asked.connector,
        source=asked.source,
        kept=asked.kept,
        files=_files(asked.source) if asked.source else {},
    )
    if is_sent and request.POST.get("action") == TEST:
        return _tested(request, asked, form)
    if form.is_valid():
        with refusals_in(form):
            return redirect(request, source_url(_saved(request, asked, form)))
    return render_form(request, "discovery/source_form.html", _form_context(asked), form=form)


def _saved(request: HttpRequest, asked: _Asked, form: SourceForm) -> Source:
    actor, now, source = request.actor, timezone.now(), asked.source
    if source is None:
        source = add_source(actor=actor, metadata=form.metadata(), now=now)
        messages.success(request, f"{source.name} is added, and its first run is on its way")
    elif edit_source(actor=actor, source=source, metadata=form.metadata(), now=now):
        messages.success(request, f"{source.name} is saved")
    return source


def _tested(request: HttpRequest, asked: _Asked, form: SourceForm) -> HttpResponse:
    """The answer of «Test connection»: its part for htmx, the whole form with all that can be kept otherwise."""
    context = {**_form_context(asked), "was_tested": True}
    if form.is_valid():
        with refusals_in(form):
            result = check_source(actor=request.actor, metadata=form.metadata(), source=asked.source)
            told = told_of(result)
            context |= {"result": result, "told": told, "lacks": any(one.text for one in told)}
    if is_htmx(request):
        errors = [
            (form.fields[name].label or _label(name), told) for name, told in form.errors.items() if name in form.fields
        ]
        context |= {"errors": errors, "form": form}
        return render(request, "discovery/_checked.html", context, status=INVALID_FORM if form.errors else 200)
    context["forgets"] = any(parameter.secret or parameter.kind == "upload" for parameter in asked.connector.parameters)
    return render_form(request, "discovery/source_form.html", context, form=form)


def _form_context(asked: _Asked) -> dict[str, Any]:
    source = asked.source
    trail = crumbs(source, ("Configure", "")) if source else crumbs(None, ("Add source", ""))
    return {
        **_context(trail),
        "connector": asked.connector,
        "source": source,
        "has_files": any(parameter.kind == "upload" for parameter in asked.connector.parameters),
        "cancel_url": source_url(source) if source else reverse("discovery:overview"),
    }


def _files(source: Source) -> dict[str, str]:
    """The files of a source by parameter: «bank.zip, 84 kB»."""
    return {file.parameter: f"{file.name}, {bytes_size(file.size)}" for file in source.uploads.defer("content")}


def _context(trail: list[dict[str, str]]) -> dict[str, Any]:
    return {"section": "discovery", "crumbs": trail}


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()
