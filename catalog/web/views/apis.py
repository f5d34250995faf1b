"""The overview of an API or of one of its versions, and where it is reachable."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.queries.operations import operation_detail, operations_of
from catalog.questions import addresses_of, drift_of, how_to_call
from catalog.web.api_page import APIPage, api_page
from catalog.web.operation_groups import grouped, representative
from catalog.web.rail import api_facts
from catalog.web.snippets import Call, call_of
from common.web.htmx import render

OPERATIONS_ON_OVERVIEW = 25


@require_safe
def overview(request: HttpRequest, slug: str, version: str | None = None) -> HttpResponse:
    """Eleven queries with an operation to show, whatever their number, and those of the answers to questions."""
    page = api_page(request.actor, slug, version)
    operations = list(operations_of(page.version).order_by("position")[:OPERATIONS_ON_OVERVIEW])
    example = representative(operations)
    context = page.context(
        "overview",
        groups=grouped(operations, page.version.tags),
        shown=len(operations),
        example=example,
        call=_call(page, example.slug, request.GET.get("environment", "")) if example else [],
        rail=api_facts(page),
        drift=drift_of.ask(page.actor, page.version) or (),
    )
    return render(request, "catalog/api_detail.html", context)


@require_safe
def instances(request: HttpRequest, slug: str) -> HttpResponse:
    page = api_page(request.actor, slug, request.GET.get("version"))
    seen = addresses_of.ask(request.actor, page.version) or ()
    offered = sum(address.is_offered for address in seen)
    return render(request, "catalog/api_instances.html", page.context("instances", seen=seen, offered=offered))


def _call(page: APIPage, slug: str, environment: str) -> Call:
    operation = operation_detail(page.actor, page.api.slug, page.version.name, slug)
    calling = how_to_call.ask(page.actor, page.version)
    return call_of(operation, page.instances, calling, environment)
