"""One API or service, and its documentation pages."""

from http import HTTPStatus
from typing import ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import API, DocumentationPage, Service
from catalog.permissions import Action
from catalog.queries.entries import api_detail, editable, page_of_entry, service_detail
from catalog.rest.serializers.entries import APIDetail, DocumentationPageDetail, ServiceDetail
from catalog.rest.serializers.metadata import APIInput, PageBody, ServiceInput
from catalog.usecases.delete_page import delete_page
from catalog.usecases.edit_entry import edit_entry
from common.rest.views import ListView, RestView

_PUBLIC = "Public entries are for everybody; the query starts at what the actor may see."


class APIView(RestView):
    """One API."""

    public = _PUBLIC
    actions = {"PATCH": Action.API_EDIT}
    queryset = API.objects.none()
    serializer_class = APIDetail

    @extend_schema(responses=APIDetail)
    def get(self, request: Request, api: str) -> Response:
        return Response(self.get_serializer(api_detail(self.actor, api)).data)

    @extend_schema(request=APIInput, responses=APIDetail)
    def patch(self, request: Request, api: str) -> Response:
        """Change what is said about an API. A new `owner` is a transfer, which takes a maintainer."""
        entry = editable(self.actor, API, api)
        edit_entry(actor=self.actor, entry=entry, metadata=self.valid(APIInput), now=timezone.now())
        return Response(self.get_serializer(api_detail(self.actor, api)).data)


class ServiceView(RestView):
    """One service."""

    public = _PUBLIC
    actions = {"PATCH": Action.SERVICE_EDIT}
    queryset = Service.objects.none()
    serializer_class = ServiceDetail

    @extend_schema(responses=ServiceDetail)
    def get(self, request: Request, service: str) -> Response:
        return Response(self.get_serializer(service_detail(self.actor, service)).data)

    @extend_schema(request=ServiceInput, responses=ServiceDetail)
    def patch(self, request: Request, service: str) -> Response:
        """Change what is said about a service. A new `owner` is a transfer, which takes a maintainer."""
        entry = editable(self.actor, Service, service)
        edit_entry(actor=self.actor, entry=entry, metadata=self.valid(ServiceInput), now=timezone.now())
        return Response(self.get_serializer(service_detail(self.actor, service)).data)


class DocumentationListView(ListView):
    """The documentation pages of an API or a service, in their order."""

    public = _PUBLIC
    model: ClassVar[type[API | Service]]
    serializer_class = DocumentationPageDetail
    orderings = {"position": ("position", "id"), "title": ("title", "id")}

    def get_queryset(self) -> QuerySet[DocumentationPage]:
        entry = editable(self.actor, self.model, self.kwargs["entry"])
        return entry.pages.select_related(self.model._meta.model_name)


class DocumentationPageView(RestView):
    """One documentation page."""

    public = _PUBLIC
    model: ClassVar[type[API | Service]]
    queryset = DocumentationPage.objects.none()
    serializer_class = DocumentationPageDetail

    @extend_schema(responses=DocumentationPageDetail)
    def get(self, request: Request, entry: str, page: str) -> Response:
        return self._answer(entry, page)

    @extend_schema(request=PageBody, responses=DocumentationPageDetail)
    def put(self, request: Request, entry: str, page: str) -> Response:
        """Write the page; it is made when there is none."""
        row = editable(self.actor, self.model, entry)
        written = {"slug": page, **self.valid(PageBody)}
        edit_entry(actor=self.actor, entry=row, metadata={"docs": [written]}, now=timezone.now())
        return self._answer(entry, page)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, entry: str, page: str) -> Response:
        """Remove the page."""
        row = editable(self.actor, self.model, entry)
        delete_page(actor=self.actor, entry=row, slug=page, now=timezone.now())
        return Response(status=HTTPStatus.NO_CONTENT)

    def _answer(self, entry: str, page: str) -> Response:
        return Response(DocumentationPageDetail(page_of_entry(self.actor, self.model, entry, page)).data)


class APIDocumentationListView(DocumentationListView):
    """The documentation pages of an API, in their order."""

    model = API
    queryset = DocumentationPage.objects.none()


class APIDocumentationPageView(DocumentationPageView):
    """One documentation page of an API."""

    model = API
    actions = {"PUT": Action.API_EDIT, "DELETE": Action.API_EDIT}


class ServiceDocumentationListView(DocumentationListView):
    """The documentation pages of a service, in their order."""

    model = Service
    queryset = DocumentationPage.objects.none()


class ServiceDocumentationPageView(DocumentationPageView):
    """One documentation page of a service."""

    model = Service
    actions = {"PUT": Action.SERVICE_EDIT, "DELETE": Action.SERVICE_EDIT}
