"""Administration of domains, systems and environments: their list, adding, editing, removing."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from catalog.groupings import MANAGE, Grouping
from catalog.models import Environment, System
from catalog.usecases.delete_grouping import delete_grouping
from catalog.usecases.save_grouping import save_grouping
from catalog.web.grouping_forms import FORMS, grouping_initial
from catalog.web.places import group_url
from common.access import require
from common.errors import Conflict
from common.paging import page_of
from common.web.forms import refusals_in
from common.web.htmx import redirect, render, render_form
from common.web.paging import neighbours

PER_PAGE = 100
_VERBS = ("edit", "delete")

_WORDS = {
    "domain": "A part of the business, such as mortgage or cards.",
    "system": "Services and APIs that do one job together.",
    "environment": "Where instances run, such as production or staging. Production has the lowest position.",
}


@require_safe
def listing(request: HttpRequest, model: type[Grouping]) -> HttpResponse:
    require(request.actor, MANAGE[model], model())
    rows = model.objects.all()
    if model is not Environment:
        rows = rows.select_related(*(("owner", "domain") if model is System else ("owner",)))
    ordering = ["position", "slug"] if model is Environment else ["title", "pk"]
    page = page_of(rows, ordering=ordering, limit=PER_PAGE, cursor=request.GET.get("cursor"))
    rows = [
        (item, *(reverse(f"catalog:{_noun(model)}-{verb}", args=[item.slug]) for verb in _VERBS)) for item in page.items
    ]
    context = {**_context(model), "rows": rows, **neighbours(request, page)}
    return render(request, "catalog/grouping_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, model: type[Grouping]) -> HttpResponse:
    require(request.actor, MANAGE[model], model())
    return _form(request, model())


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, model: type[Grouping]) -> HttpResponse:
    return _form(request, _managed(request, model, slug))


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, slug: str, model: type[Grouping]) -> HttpResponse:
    grouping = _managed(request, model, slug)
    context = {
        **_context(model),
        "heading": f"Delete {grouping.title}?",
        "effect": f"The {_noun(model)} is gone at once. It works only while nothing belongs to it.",
        "action": f"Delete {_noun(model)}",
        "cancel_url": _back_url(request, grouping),
    }
    if request.method == "POST":
        try:
            delete_grouping(actor=request.actor, grouping=grouping, now=timezone.now())
        except Conflict as conflict:
            return render(request, "catalog/confirm.html", {**context, "refusal": conflict.detail}, status=409)
        messages.success(request, f"{grouping.title} is deleted")
        return redirect(request, _list_url(model) if request.actor.is_administrator else "/")
    return render(request, "catalog/confirm.html", context)


def _form(request: HttpRequest, grouping: Grouping) -> HttpResponse:
    model = type(grouping)
    form = FORMS[model](request.POST or None, initial=grouping_initial(grouping), is_new=grouping.pk is None)
    if form.is_valid():
        with refusals_in(form):
            save_grouping(actor=request.actor, grouping=grouping, metadata=form.metadata(), now=timezone.now())
            messages.success(request, f"{grouping.title} is saved")
            return redirect(request, _back_url(request, grouping))
    context = {
        **_context(model),
        "heading": f"Edit {form.initial['title']}"
        if grouping.pk
        else f"Add a{'n' * (model is Environment)} {_noun(model)}",
        "intro": _WORDS[_noun(model)],
        "cancel_url": _back_url(request, grouping),
    }
    return render_form(request, "catalog/grouping_form.html", context, form=form)


def _managed(request: HttpRequest, model: type[Grouping], slug: str) -> Grouping:
    grouping = model.objects.filter(slug=slug).first()
    if grouping is None:
        raise Http404
    require(request.actor, MANAGE[model], grouping)
    return grouping


def _noun(model: type[Grouping]) -> str:
    return model._meta.model_name


def _list_url(model: type[Grouping]) -> str:
    return reverse(f"catalog:{_noun(model)}-list")


def _back_url(request: HttpRequest, grouping: Grouping) -> str:
    """The list for administrators, whose it is; the system's page for its maintainers."""
    return _list_url(type(grouping)) if request.actor.is_administrator else group_url(grouping)


def _context(model: type[Grouping]) -> dict:
    noun = _noun(model)
    return {"noun": noun, "new_url": reverse(f"catalog:{noun}-new"), "words": _WORDS[noun]}
