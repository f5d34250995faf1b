"""Who has access to an API: by name for its owner, a number and one's own applications for others."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.web.api_page import api_page
from common.access import require
from common.paging import bounded_count, page_of
from common.web.htmx import render
from common.web.paging import neighbours
from marketplace.filters import ConsumerFilter
from marketplace.models import Subscription
from marketplace.permissions import Action
from marketplace.queries.consumers import ORDERINGS, consumers, may_name_consumers
from marketplace.web.application_forms import choose_environment
from marketplace.web.subscription_rows import Act, acts_of
from marketplace.web.table_order import column, ordering_in
from marketplace.web.words import holder_words

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class ConsumerRow:
    subscription: Subscription
    holder: str
    acts: list[Act]


@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """What every page of an API costs, three queries more, and one for the environment it is narrowed by."""
    actor = request.actor
    require(actor, Action.MARKETPLACE_READ)
    page = api_page(actor, slug)
    filters = ConsumerFilter(request.GET, consumers(actor, page.api))
    choose_environment(filters.form, actor)
    ordering = ordering_in(request, ORDERINGS)
    found = page_of(filters.qs, ordering=ORDERINGS[ordering], limit=PER_PAGE, cursor=request.GET.get("cursor"))
    context = page.context(
        "consumers",
        filters=filters.form,
        columns=[
            column(request, "Application", "application", ordering),
            {"title": "Held by"},
            {"title": "Version"},
            {"title": "Plan"},
            {"title": "Environment"},
            column(request, "Since", "created", ordering),
            {"title": "State"},
            {"title": ""},
        ],
        rows=[ConsumerRow(one, holder_words(one.application), acts_of(actor, one)) for one in found.items],
        count=bounded_count(filters.qs),
        names_all=may_name_consumers(actor, page.api),
        **neighbours(request, found),
    )
    context["total"] = next(tab["count"] for tab in context["tabs"] if tab["name"] == "consumers")
    return render(request, "marketplace/consumers.html", context)
