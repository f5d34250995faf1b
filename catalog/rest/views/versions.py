"""What belongs to an API's versions: their list, documents, instances and operations."""

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.downloads import specification_response
from catalog.models import APIInstance, APIVersion, Operation
from catalog.queries.operations import operation_detail, operations_of
from catalog.queries.versions import require_version, require_visible, versions_of
from catalog.rest.filters import OperationFilter, VersionFilter
from catalog.rest.media_types import JSON, YAML
from catalog.rest.serializers.versions import InstanceDetail, OperationDetail, OperationSummary, VersionSummary
from common.rest.views import ListView, RestView

_PUBLIC = "What belongs to public APIs is for everybody; the query starts at what the actor may see."


class VersionListView(ListView):
    """The versions of an API, the newest by SemVer precedence first."""

    public = _PUBLIC
    queryset = APIVersion.objects.all()
    serializer_class = VersionSummary
    filterset_class = VersionFilter
    orderings = {
        "-version": ("-sort_key", "-name"),
        "version": ("sort_key", "name"),
        "-created": ("-created_at", "-id"),
        "created": ("created_at", "id"),
    }

    def get_queryset(self) -> QuerySet[APIVersion]:
        require_visible(self.actor, self.kwargs["api"])
        return versions_of(self.actor, self.kwargs["api"])


class SpecificationView(RestView):
    """The document of a version, byte by byte as it was published."""

    public = _PUBLIC
    queryset = APIVersion.objects.none()

    @extend_schema(
        responses={
            (200, JSON): OpenApiTypes.OBJECT,
            (200, YAML): OpenApiTypes.BINARY,
            304: None,
        }
    )
    def get(self, request: Request, api: str, version: str) -> HttpResponseBase:
        """The document as an attachment. `ETag` is its SHA-256; `If-None-Match` is answered with 304."""
        return specification_response(request, self.actor, api, version)


class InstanceListView(ListView):
    """Where a version can be reached, production first."""

    public = _PUBLIC
    queryset = APIInstance.objects.all()
    serializer_class = InstanceDetail
    orderings = {"environment": ("environment__position", "environment__slug", "url")}

    def get_queryset(self) -> QuerySet[APIInstance]:
        version = require_version(self.actor, **self.kwargs)
        return APIInstance.objects.filter(version=version).select_related("environment")


class OperationListView(ListView):
    """The operations of a version in the order of its document."""

    public = _PUBLIC
    queryset = Operation.objects.all()
    serializer_class = OperationSummary
    filterset_class = OperationFilter
    orderings = {"position": ("position",), "-position": ("-position",)}

    def get_queryset(self) -> QuerySet[Operation]:
        return operations_of(require_version(self.actor, **self.kwargs))


class OperationView(RestView):
    """One operation with every schema it reaches."""

    public = _PUBLIC
    queryset = Operation.objects.none()
    serializer_class = OperationDetail

    @extend_schema(responses=OperationDetail)
    def get(self, request: Request, **names: Any) -> Response:
        return Response(OperationDetail(operation_detail(self.actor, **names)).data)
