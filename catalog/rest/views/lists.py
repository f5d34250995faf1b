"""The lists of APIs and services and the search, answered by one query side."""

from collections.abc import Callable, Mapping, Set
from dataclasses import asdict
from http import HTTPStatus
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.filters import FILTERS, search_request
from catalog.models import API, Lifecycle, Service, ServiceKind
from catalog.permissions import Action
from catalog.queries.entries import service_detail
from catalog.rest.serializers.entries import ServiceDetail
from catalog.rest.serializers.metadata import NewServiceInput
from catalog.rest.serializers.results import (
    APIPage,
    SearchAnswer,
    ServicePage,
    api_summary,
    search_result,
    service_summary,
)
from catalog.search.query import search
from catalog.search.values import KINDS, ORDERINGS, Result, SearchPage
from catalog.usecases.create_service import create_service
from common.rest.pagination import limit_of, limit_parameters, page_link
from common.rest.schema import problems
from common.rest.views import RestView

_PUBLIC = "Public entries are for everybody; the search starts at what the actor may see."
_SHARED = ("q", *FILTERS, "ordering", "limit", "cursor", "facets", "exact")
_CHOICES: Mapping[str, Any] = {"lifecycle": Lifecycle.values, "ordering": ORDERINGS}
_SINGLE = {
    "q": "What to search for; misspelt words are corrected, and the answer says so.",
    "ordering": "Without `q` relevance is the title.",
    "facets": "Count the values of every facet as well.",
    "exact": "Leave a misspelt word as it is.",
}


def _parameters(**kinds: Any) -> list[OpenApiParameter]:
    """The parameters of a search; ``kind`` has the meaning and the choices given."""
    described = [
        OpenApiParameter(name, bool if name in {"facets", "exact"} else str, description=text, enum=_CHOICES.get(name))
        for name, text in _SINGLE.items()
    ]
    several = [
        OpenApiParameter(name, str, many=True, enum=_CHOICES.get(name), description="Any of these.") for name in FILTERS
    ]
    chosen = [OpenApiParameter("kind", str, many=True, description="Any of these.", **kinds)] if kinds else []
    return [*described, *several, *chosen, *limit_parameters()]


class FoundView(RestView):
    """What a search finds, a page at a time."""

    public = _PUBLIC
    kinds: ClassVar[tuple[str, ...]] = ()
    summary: ClassVar[Callable[[Result], dict[str, Any]]]
    service_kind: ClassVar[str] = "service_kind"

    def known_parameters(self, method: str) -> set[str]:
        return set(self.query_parameters) if method in {"GET", "HEAD"} else set()

    def answer(self, request: Request) -> Response:
        asked = search_request(
            request.query_params,
            kinds=self.kinds,
            service_kind=self.service_kind,
            limit=limit_of(request.query_params),
        )
        found = search(self.actor, asked)
        body = {
            "results": [type(self).summary(result) for result in found.results],
            "next": page_link(request, found.next),
            "previous": page_link(request, found.previous),
            "count": found.count,
            "count_exact": found.count_exact,
            "correction": asdict(found.correction) if found.correction else None,
        }
        if asked.facets:
            body["facets"] = _facets(found, without={"kind"} if self.kinds else set())
        return Response(body)


def _facets(found: SearchPage, without: Set[str]) -> dict[str, list[dict[str, Any]]]:
    """The values of each facet. A list of one kind has no facet of kinds: there is nothing to choose."""
    return {
        facet: [{"value": value.value, "title": value.title, "count": value.count} for value in values]
        for facet, values in found.facets.items()
        if facet not in without
    }


class APIListView(FoundView):
    """APIs."""

    queryset = API.objects.none()
    serializer_class = APIPage
    query_parameters = _SHARED
    kinds = ("api",)
    summary = staticmethod(api_summary)

    @extend_schema(operation_id="apis_list", responses=APIPage, parameters=_parameters())
    def get(self, request: Request) -> Response:
        """List or search APIs."""
        return self.answer(request)


class ServiceListView(FoundView):
    """Services."""

    actions = {"POST": Action.SERVICE_CREATE}
    queryset = Service.objects.none()
    serializer_class = ServicePage
    query_parameters = (*_SHARED, "kind")
    kinds = ("service",)
    summary = staticmethod(service_summary)
    service_kind = "kind"

    @extend_schema(operation_id="services_list", responses=ServicePage, parameters=_parameters(enum=ServiceKind.values))
    def get(self, request: Request) -> Response:
        """List or search services."""
        return self.answer(request)

    @extend_schema(
        request=NewServiceInput,
        responses={201: ServiceDetail} | problems({409: "The name is taken."}),
    )
    def post(self, request: Request) -> Response:
        """Add a service, owned by the team named or the caller's only one."""
        metadata = dict(self.valid(NewServiceInput))
        slug = metadata.pop("slug")
        service = create_service(actor=self.actor, slug=slug, metadata=metadata, now=timezone.now())
        detail = ServiceDetail(service_detail(self.actor, service.slug), context=self.get_serializer_context())
        return Response(detail.data, status=HTTPStatus.CREATED)


class SearchView(FoundView):
    """Everything that can be found."""

    serializer_class = SearchAnswer
    queryset = API.objects.none()
    query_parameters = (*_SHARED, "kind")
    summary = staticmethod(search_result)

    @extend_schema(operation_id="search", responses=SearchAnswer, parameters=_parameters(enum=KINDS))
    def get(self, request: Request) -> Response:
        """Search APIs, operations, services, teams, domains, systems and documentation pages at once."""
        return self.answer(request)
