"""Discovered services: the inbox as a list, and one of them in full."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.rest.pagination import ordering_of
from common.rest.schema import problems
from common.rest.views import ListView, RestView
from discovery.filters import DiscoveredServiceFilter
from discovery.models import DiscoveredService
from discovery.permissions import Action
from discovery.queries.inbox import NEWEST, ORDERINGS, discovered_detail, ids_in_order, plain
from discovery.rest.serializers.discovered import (
    DiscoveredServiceDetail,
    DiscoveredServiceSummary,
    ProposalInput,
    discovered_summary,
)
from discovery.usecases.choose_proposal import choose_proposal


class DiscoveredServiceListView(ListView):
    """What runs discovered, the newest first: all for administrators, what concerns one's teams otherwise."""

    actions = {"GET": Action.DISCOVERY_READ}
    queryset = DiscoveredService.objects.all()
    serializer_class = DiscoveredServiceSummary
    filterset_class = DiscoveredServiceFilter
    orderings: ClassVar = dict(ORDERINGS)

    def paginate_queryset(self, queryset: QuerySet[DiscoveredService]) -> list[DiscoveredService]:
        asked = self.request.query_params
        ordering_of(asked, self.orderings)
        ordering = asked.get("ordering", NEWEST)
        found = ids_in_order(self.actor, queryset, ordering, searches=bool(asked.get("search")))
        return super().paginate_queryset(found)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response([discovered_summary(row, self.actor) for row in plain(page)])


class DiscoveredServiceBaseView(RestView):
    """A view about one discovered service that answers with all that is known of it."""

    queryset = DiscoveredService.objects.none()
    serializer_class = DiscoveredServiceDetail

    def answer(self, discovered: int) -> Response:
        return Response(self.get_serializer(discovered_detail(self.actor, discovered)).data)

    def rows(self, discovered: int) -> list[DiscoveredService]:
        """The one row, for a use case that decides about many; 404 when the actor may not know of it."""
        return [self.visible(DiscoveredService.objects, pk=discovered)]

    def values(self, serializer: type[ProposalInput]) -> dict[str, Any]:
        return self.valid(serializer) if self.request.data else {}


class DiscoveredServiceView(DiscoveredServiceBaseView):
    """One discovered service."""

    actions = {"GET": Action.DISCOVERY_READ, "PATCH": Action.SERVICE_DECIDE}

    @extend_schema(responses=DiscoveredServiceDetail)
    def get(self, request: Request, discovered: int) -> Response:
        """What was seen of it, what publishing would set and why, and what people decided."""
        return self.answer(discovered)

    @extend_schema(
        request=ProposalInput,
        responses={200: DiscoveredServiceDetail} | problems({409: "It is decided already."}),
    )
    def patch(self, request: Request, discovered: int) -> Response:
        """Set what is published instead of what is proposed; later runs keep to it."""
        rows = self.rows(discovered)
        choose_proposal(actor=self.actor, discovered=rows, values=self.valid(ProposalInput), now=timezone.now())
        return self.answer(discovered)
