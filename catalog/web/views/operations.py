"""All operations of a version, and the page of one."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.models import Operation
from catalog.queries.operations import operations_of
from catalog.web.api_page import api_page
from catalog.web.operation_groups import grouped
from catalog.web.operation_page import operation_page
from common.paging import page_of
from common.web.htmx import render
from common.web.paging import neighbours

PER_PAGE = 200
_FIELDS = ("path", "summary", "operation_id", "group", "method")


@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """The operations page by page, narrowed by ``?filter=``: every word must be in method, path, id or summary."""
    page = api_page(request.actor, slug, request.GET.get("version"))
    words = request.GET.get("filter", "")[:200]
    operations = _with_words(operations_of(page.version), words)
    found = page_of(operations, ordering=["position"], limit=PER_PAGE, cursor=request.GET.get("cursor"))
    context = page.context(
        "operations",
        groups=grouped(found.items, page.version.tags),
        shown=len(found.items),
        filter=words,
        shown_words=_shown_words(found.items, page.version.operation_count, words),
        **neighbours(request, found),
    )
    return render(request, "catalog/api_operations.html", context, part="catalog/_operations.html")


@require_safe
def detail(request: HttpRequest, slug: str, operation: str, version: str | None = None) -> HttpResponse:
    environment = request.GET.get("environment", "")
    page = operation_page(request.actor, slug, version or request.GET.get("version"), operation, environment)
    return render(request, "catalog/operation_detail.html", page.context())


def _with_words(operations: QuerySet[Operation], words: str) -> QuerySet[Operation]:
    for word in words.split()[:10]:
        condition = Q()
        for name in _FIELDS:
            condition |= Q(**{f"{name}__icontains": word})
        operations = operations.filter(condition)
    return operations


def _shown_words(items: list[Operation], total: int, words: str) -> str:
    if not items or words:
        return f"{len(items)} found on this page" if items else ""
    return f"{items[0].position + 1}–{items[-1].position + 1} of {total:,}"
