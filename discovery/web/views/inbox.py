"""The inbox: its page, what it completes while somebody types, and how much arrived since it was read."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from common.access import require
from common.paging import bounded_count
from common.web.htmx import render
from discovery.models import DiscoveredService, Source
from discovery.permissions import Action
from discovery.queries.arrivals import namespaces, newer_than
from discovery.queries.inbox import filtered
from discovery.queries.watches import are_followed
from discovery.web.inbox import inbox_context, is_under_way, number_of, render_inbox
from discovery.web.inbox_question import question_of
from discovery.web.selection import id_in

NEWER_AT_MOST = 99


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    require(request.actor, Action.DISCOVERY_READ)
    return render_inbox(request, "discovery/inbox.html", {"section": "discovery", **inbox_context(request)})


@require_safe
def arrived(request: HttpRequest) -> HttpResponse:
    """How many rows stand above ``?newest=``; the answer asks again while a run is under way or changes are followed.

    At most six queries, each of one index.
    """
    actor = request.actor
    require(actor, Action.DISCOVERY_READ)
    question = question_of(request.GET, reverse("discovery:inbox"))
    newest = id_in(request.GET.get("newest", ""))
    top = DiscoveredService.objects.visible_to(actor).filter(pk=newest).first()
    found = filtered(actor, question.asked)
    count = bounded_count(newer_than(found, top) if top else found, NEWER_AT_MOST)
    name = question.filters.get("source", "")
    source = Source.objects.visible_to(actor).filter(name=name).first() if name else None
    context = {
        "inbox": question,
        "newest": top.pk if top else 0,
        "number": number_of(count) if count.value else "",
        "polls": is_under_way(actor, source) or are_followed(actor, source),
    }
    return render(request, "discovery/_arrived.html", context)


@require_safe
def namespace_choices(request: HttpRequest) -> HttpResponse:
    """The namespaces that begin as ``?namespace=`` does, as options of the filter."""
    require(request.actor, Action.DISCOVERY_READ)
    found = namespaces(request.actor, request.GET.get("namespace", "")[:200])
    return render(request, "discovery/_namespaces.html", {"namespaces": found})
