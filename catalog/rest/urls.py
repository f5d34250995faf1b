from django.urls import path

from catalog.rest.views.entries import (
    APIDocumentationListView,
    APIDocumentationPageView,
    APIView,
    ServiceDocumentationListView,
    ServiceDocumentationPageView,
    ServiceView,
)
from catalog.rest.views.groupings import (
    DomainListView,
    DomainView,
    EnvironmentListView,
    EnvironmentView,
    SystemListView,
    SystemView,
)
from catalog.rest.views.lists import APIListView, SearchView, ServiceListView
from catalog.rest.views.publishing import VersionView
from catalog.rest.views.versions import (
    OperationListView,
    OperationView,
    SpecificationView,
    VersionListView,
)

app_name = "catalog"

_VERSION = "apis/<str:api>/versions/<str:version>"

urlpatterns = [
    path("search", SearchView.as_view(), name="search"),
    path("apis", APIListView.as_view(), name="api-list"),
    path("apis/<str:api>", APIView.as_view(), name="api-detail"),
    path("apis/<str:entry>/docs", APIDocumentationListView.as_view(), name="api-page-list"),
    path("apis/<str:entry>/docs/<str:page>", APIDocumentationPageView.as_view(), name="api-page-detail"),
    path("apis/<str:api>/versions", VersionListView.as_view(), name="version-list"),
    path(_VERSION, VersionView.as_view(), name="version-detail"),
    path(f"{_VERSION}/specification", SpecificationView.as_view(), name="specification"),
    path(f"{_VERSION}/operations", OperationListView.as_view(), name="operation-list"),
    path(f"{_VERSION}/operations/<str:operation>", OperationView.as_view(), name="operation-detail"),
    path("services", ServiceListView.as_view(), name="service-list"),
    path("services/<str:service>", ServiceView.as_view(), name="service-detail"),
    path("services/<str:entry>/docs", ServiceDocumentationListView.as_view(), name="service-page-list"),
    path("services/<str:entry>/docs/<str:page>", ServiceDocumentationPageView.as_view(), name="service-page-detail"),
    path("domains", DomainListView.as_view(), name="domain-list"),
    path("domains/<str:domain>", DomainView.as_view(), name="domain-detail"),
    path("systems", SystemListView.as_view(), name="system-list"),
    path("systems/<str:system>", SystemView.as_view(), name="system-detail"),
    path("environments", EnvironmentListView.as_view(), name="environment-list"),
    path("environments/<str:environment>", EnvironmentView.as_view(), name="environment-detail"),
]
