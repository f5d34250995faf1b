"""Lists of the REST API: a page by key with the URLs of its neighbours and a bounded count."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from common.errors import Invalid
from common.paging import COUNT_LIMIT, Count, bounded_count, page_of

DEFAULT_LIMIT = 50
MAX_LIMIT = 200


_LIMIT_AND_CURSOR = [
    {
        "name": "limit",
        "in": "query",
        "description": "How many results a page has.",
        "schema": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
    },
    {
        "name": "cursor",
        "in": "query",
        "description": "Which page; taken from `next` or `previous` of another.",
        "schema": {"type": "string"},
    },
]


class KeyPagination(BasePagination):
    """``{results, next, previous, count, count_exact}``; two queries a page, one where everything fits on it.

    The view's ``orderings`` maps each name of ``?ordering=`` to fields that end in a unique one; the first is the
    default. ``next`` and ``previous`` are URLs, or null.
    """

    parameter_names = ("limit", "cursor", "ordering")

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        self.page = page_of(
            queryset,
            ordering=ordering_of(request.query_params, view.orderings),
            limit=limit_of(request.query_params),
            cursor=request.query_params.get("cursor"),
        )
        is_all = self.page.next is None and "cursor" not in request.query_params
        self.count = Count(len(self.page.items), True) if is_all else bounded_count(queryset)
        return self.page.items

    def get_paginated_response(self, data: list[Any]) -> Response:
        return Response(
            {
                "results": data,
                "next": page_link(self.request, self.page.next),
                "previous": page_link(self.request, self.page.previous),
                "count": self.count.value,
                "count_exact": self.count.exact,
            }
        )

    def get_paginated_response_schema(self, schema: dict) -> dict:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next", "previous", "count", "count_exact"],
            "properties": {
                "results": schema,
                "next": {**link, "description": "The next page."},
                "previous": {**link, "description": "The page before."},
                "count": {"type": "integer", "maximum": COUNT_LIMIT, "description": "How many there are."},
                "count_exact": {
                    "type": "boolean",
                    "description": f"False when there are more than {COUNT_LIMIT:,}.",
                },
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict]:
        names = list(view.orderings)
        return [
            *_LIMIT_AND_CURSOR,
            {
                "name": "ordering",
                "in": "query",
                "description": "What the results are ordered by; a hyphen in front descends.",
                "schema": {"type": "string", "enum": names, "default": names[0]},
            },
        ]


def limit_parameters() -> list[OpenApiParameter]:
    """``limit`` and ``cursor`` for lists that page by themselves."""
    return [
        OpenApiParameter(parameter["name"], parameter["schema"], description=parameter["description"])
        for parameter in _LIMIT_AND_CURSOR
    ]


def page_link(request: Request, cursor: str | None) -> str | None:
    """The same request at another cursor, as a URL; ``None`` without one."""
    if cursor is None:
        return None
    query = request.query_params.copy()
    query["cursor"] = cursor
    return f"{settings.PORTICO_URL}{request.path}?{query.urlencode()}"


def limit_of(query: QueryDict) -> int:
    """``?limit=`` as a number from 1 to 200; raises ``Invalid``."""
    text = query.get("limit", str(DEFAULT_LIMIT))
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MAX_LIMIT):
        raise Invalid({"limit": f"Use a whole number from 1 to {MAX_LIMIT}."})
    return int(text)


def ordering_of(query: QueryDict, orderings: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The fields behind ``?ordering=``; raises ``Invalid`` naming those that exist."""
    name = query.get("ordering", next(iter(orderings)))
    if name not in orderings:
        raise Invalid({"ordering": f"Use one of {', '.join(orderings)}."})
    return orderings[name]
