"""Lists that can be put in another order by the heads of their columns."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest


def ordering_in(request: HttpRequest, orderings: Mapping[str, Any]) -> str:
    """The name in ``?ordering=`` where it is one of these, else the first."""
    asked = request.GET.get("ordering", "")
    return asked if asked in orderings else next(iter(orderings))


def column(request: HttpRequest, title: str, name: str, ordering: str) -> dict[str, Any]:
    """A head for ``components/table_head.html``: it leads to the list in this order, and once it is, to the other."""
    query = request.GET.copy()
    query.pop("cursor", None)
    query["ordering"] = f"-{name}" if ordering == name else name
    sorted_ = {name: "ascending", f"-{name}": "descending"}.get(ordering, "")
    return {"title": title, "url": f"?{query.urlencode()}", "sorted": sorted_}
