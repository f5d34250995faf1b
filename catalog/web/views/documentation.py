"""Documentation pages of an API or a service: reading, writing, removing."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from catalog.metadata import APIMetadata, ServiceMetadata
from catalog.models import API, DocumentationPage, Service
from catalog.permissions import Action
from catalog.queries.entries import editable
from catalog.usecases.delete_page import delete_page
from catalog.usecases.edit_entry import edit_entry
from catalog.web.api_page import api_page
from catalog.web.entry_forms import WritePage
from catalog.web.places import entry_crumbs, entry_url
from common.access import can, require
from common.web.forms import refusals_in
from common.web.htmx import redirect, render, render_form

Entry = API | Service

_NAMES = {
    API: ("documentation-page", "documentation-edit", "documentation-delete", "documentation-new"),
    Service: ("service-page", "service-page-edit", "service-page-delete", "service-page-new"),
}
_EDIT = {API: Action.API_EDIT, Service: Action.SERVICE_EDIT}


@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """The pages of an API, the first of them open."""
    page = api_page(request.actor, slug, request.GET.get("version"))
    first = page.api.pages.order_by("position", "pk").first()
    return render(request, "catalog/api_docs.html", page.context("docs", **_shown(page.api, first, page.may_edit)))


@require_safe
def detail(request: HttpRequest, slug: str, page: str, model: type[Entry]) -> HttpResponse:
    if model is API:
        shown = api_page(request.actor, slug, request.GET.get("version"))
        context = shown.context("docs", **_shown(shown.api, _page(shown.api, page), shown.may_edit))
        return render(request, "catalog/api_docs.html", context)
    entry = editable(request.actor, model, slug)
    document = _page(entry, page)
    context = {
        "section": "browse",
        "crumbs": entry_crumbs(entry, document.title),
        **_shown(entry, document, can(request.actor, _EDIT[model], entry)),
    }
    return render(request, "catalog/service_docs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, slug: str, model: type[Entry]) -> HttpResponse:
    entry = _editable(request, slug, model)
    form = WritePage(request.POST or None, taken=set(entry.pages.values_list("slug", flat=True)))
    if form.is_valid() and not _previews(request):
        return _saved(request, entry, form) or _form(request, entry, form, "Add a page")
    return _form(request, entry, form, "Add a page")


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, page: str, model: type[Entry]) -> HttpResponse:
    entry = _editable(request, slug, model)
    document = _page(entry, page)
    form = WritePage(request.POST or None, initial={"title": document.title, "body": document.body}, slug=page)
    if form.is_valid() and not _previews(request):
        return _saved(request, entry, form) or _form(request, entry, form, "Edit")
    return _form(request, entry, form, "Edit")


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, slug: str, page: str, model: type[Entry]) -> HttpResponse:
    entry = _editable(request, slug, model)
    document = _page(entry, page)
    if request.method == "POST":
        delete_page(actor=request.actor, entry=entry, slug=page, now=timezone.now())
        messages.success(request, f"{document.title} is deleted")
        return redirect(request, _docs_url(entry))
    context = {
        "section": "browse",
        "crumbs": entry_crumbs(entry, document.title),
        "heading": f"Delete {document.title}?",
        "effect": f"The page of {len(document.body):,} characters is gone at once and cannot be brought back.",
        "action": "Delete page",
        "cancel_url": _page_url(entry, page),
    }
    return render(request, "catalog/confirm.html", context)


def _editable(request: HttpRequest, slug: str, model: type[Entry]) -> Entry:
    entry = editable(request.actor, model, slug)
    require(request.actor, _EDIT[model], entry)
    return entry


def _page(entry: Entry, slug: str) -> DocumentationPage:
    page = entry.pages.filter(slug=slug).first()
    if page is None:
        raise Http404
    return page


def _previews(request: HttpRequest) -> bool:
    return "preview" in request.POST


def _saved(request: HttpRequest, entry: Entry, form: WritePage) -> HttpResponse | None:
    metadata = APIMetadata if isinstance(entry, API) else ServiceMetadata
    with refusals_in(form):
        edit_entry(actor=request.actor, entry=entry, metadata=metadata(docs=[form.page()]), now=timezone.now())
        messages.success(request, f"{form.cleaned_data['title']} is saved")
        return redirect(request, _page_url(entry, form.page()["slug"]))
    return None


def _form(request: HttpRequest, entry: Entry, form: WritePage, verb: str) -> HttpResponse:
    context = {
        "section": "browse",
        "entry": entry,
        "verb": verb,
        "crumbs": entry_crumbs(entry, verb),
        "cancel_url": _docs_url(entry),
        "preview": form.cleaned_data["body"] if form.is_bound and form.is_valid() else None,
    }
    return render_form(request, "catalog/documentation_form.html", context, form=form)


def _shown(entry: Entry, document: DocumentationPage | None, may_edit: bool) -> dict[str, Any]:
    """What the page component needs: the pages of the entry with the open one, and where to change it."""
    shown, edit_name, delete_name, new_name = (f"catalog:{name}" for name in _NAMES[type(entry)])
    values = getattr(entry, "page_values", None)
    if values is None:
        values = list(entry.pages.order_by("position", "pk").values("slug", "title"))
    context: dict[str, Any] = {
        "entry": entry,
        "document": document,
        "may_edit": may_edit,
        "new_url": reverse(new_name, args=[entry.slug]),
        "pages": [{**value, "url": reverse(shown, args=[entry.slug, value["slug"]])} for value in values],
    }
    if document is not None:
        context["edit_url"] = reverse(edit_name, args=[entry.slug, document.slug])
        context["delete_url"] = reverse(delete_name, args=[entry.slug, document.slug])
    return context


def _page_url(entry: Entry, page: str) -> str:
    return reverse(f"catalog:{_NAMES[type(entry)][0]}", args=[entry.slug, page])


def _docs_url(entry: Entry) -> str:
    return reverse("catalog:api-docs", args=[entry.slug]) if isinstance(entry, API) else entry_url(entry)
