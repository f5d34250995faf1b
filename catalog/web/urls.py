"""The pages of the catalog. Names of versions, operations and entries are path segments by their own rules."""

from django.urls import path

from catalog.models import API, Domain, Environment, Service, System
from catalog.web.views import (
    apis,
    choices,
    documentation,
    documents,
    edit_api,
    groupings,
    groups,
    operations,
    publish,
    services,
    teams,
    versions,
)

app_name = "catalog"

_API, _SERVICE = {"model": API}, {"model": Service}

urlpatterns = [
    path("publish/", publish.publish, name="publish"),
    path("apis/<str:slug>/", apis.overview, name="api-detail"),
    path("apis/<str:slug>/edit/", edit_api.edit, name="api-edit"),
    path("apis/<str:slug>/operations/", operations.listing, name="api-operations"),
    path("apis/<str:slug>/operations/<str:operation>/", operations.detail, name="operation-detail"),
    path("apis/<str:slug>/docs/", documentation.listing, name="api-docs"),
    path("apis/<str:slug>/docs/<str:page>/", documentation.detail, _API, name="documentation-page"),
    path("apis/<str:slug>/docs/<str:page>/edit/", documentation.edit, _API, name="documentation-edit"),
    path("apis/<str:slug>/docs/<str:page>/delete/", documentation.delete, _API, name="documentation-delete"),
    path("apis/<str:slug>/add-page/", documentation.create, _API, name="documentation-new"),
    path("apis/<str:slug>/instances/", apis.instances, name="api-instances"),
    path("apis/<str:slug>/versions/", versions.listing, name="api-versions"),
    path("apis/<str:slug>/versions/<str:version>/", apis.overview, name="version-detail"),
    path(
        "apis/<str:slug>/versions/<str:version>/operations/<str:operation>/",
        operations.detail,
        name="version-operation",
    ),
    path("apis/<str:slug>/versions/<str:version>/edit/", versions.edit, name="version-edit"),
    path("apis/<str:slug>/versions/<str:version>/instances/", versions.edit_instances, name="version-instances"),
    path("apis/<str:slug>/versions/<str:version>/findings/", versions.findings, name="version-findings"),
    path("apis/<str:slug>/versions/<str:version>/swagger/", documents.swagger, name="swagger-ui"),
    path("apis/<str:slug>/versions/<str:version>/specification", documents.specification, name="specification"),
    path("add-service/", services.create, name="service-new"),
    path("choices/", choices.found, name="entry-choices"),
    path("services/<str:slug>/", services.detail, name="service-detail"),
    path("services/<str:slug>/edit/", services.edit, name="service-edit"),
    path("services/<str:slug>/docs/<str:page>/", documentation.detail, _SERVICE, name="service-page"),
    path("services/<str:slug>/docs/<str:page>/edit/", documentation.edit, _SERVICE, name="service-page-edit"),
    path("services/<str:slug>/docs/<str:page>/delete/", documentation.delete, _SERVICE, name="service-page-delete"),
    path("services/<str:slug>/add-page/", documentation.create, _SERVICE, name="service-page-new"),
    path("teams/<str:slug>/entries/", teams.entries, name="team-entries"),
    path("domains/<str:slug>/", groups.domain, name="domain-detail"),
    path("systems/<str:slug>/", groups.system, name="system-detail"),
    *(
        route
        for noun, model in (("domain", Domain), ("system", System), ("environment", Environment))
        for route in (
            path(f"administration/{noun}s/", groupings.listing, {"model": model}, name=f"{noun}-list"),
            path(f"administration/{noun}s/add/", groupings.create, {"model": model}, name=f"{noun}-new"),
            path(f"administration/{noun}s/<str:slug>/edit/", groupings.edit, {"model": model}, name=f"{noun}-edit"),
            path(
                f"administration/{noun}s/<str:slug>/delete/",
                groupings.delete,
                {"model": model},
                name=f"{noun}-delete",
            ),
        )
    ),
]
