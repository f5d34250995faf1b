"""The links to the neighbours of a page by key."""

from django.http import HttpRequest

from common.paging import Page


def neighbours(request: HttpRequest, page: Page) -> dict[str, str]:
    """``next_url`` and ``previous_url`` for the pagination component; empty where there is no such page."""
    return {"next_url": _link(request, page.next), "previous_url": _link(request, page.previous)}


def _link(request: HttpRequest, cursor: str | None) -> str:
    if cursor is None:
        return ""
    query = request.GET.copy()
    query["cursor"] = cursor
    return f"{request.path}?{query.urlencode()}"
