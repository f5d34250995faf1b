"""Editing what is said about an API beside its specification."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from catalog.permissions import Action
from catalog.queries.entries import api_detail
from catalog.usecases.edit_entry import edit_entry
from catalog.web.choices import choices_of, wants_to_find
from catalog.web.entry_forms import EditAPI, entry_initial
from catalog.web.places import entry_crumbs, entry_url
from common.access import can, require
from common.web.forms import refusals_in
from common.web.htmx import redirect, render, render_form


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    actor = request.actor
    api = api_detail(actor, slug)
    require(actor, Action.API_EDIT, api)
    form = EditAPI(
        request.POST or None,
        actor=actor,
        owner=api.owner,
        may_transfer=can(actor, Action.API_TRANSFER, api),
        initial={**entry_initial(api), "provided_by": [one["slug"] for one in api.provider_values]},
    )
    finds = wants_to_find(form)
    if not finds and form.is_valid():
        with refusals_in(form):
            edit_entry(actor=actor, entry=api, metadata=form.metadata(), now=timezone.now())
            messages.success(request, f"{form.cleaned_data['title']} is saved")
            return redirect(request, entry_url(api))
    context = {
        "section": "browse",
        "heading": f"Edit {api.title}",
        "crumbs": entry_crumbs(api, "Edit"),
        "related": choices_of(form, actor),
        "cancel_url": entry_url(api),
    }
    if finds:
        return render(request, "catalog/entry_form.html", {**context, "form": form})
    return render_form(request, "catalog/entry_form.html", context, form=form)
