"""The REST API under ``/api/v1/``, composed from the rooms."""

from django.urls import include, path

from portal.api_docs import ReferenceView, SchemaView

app_name = "rest"

urlpatterns = [
    path("schema", SchemaView.as_view(), name="schema"),
    path("docs/", ReferenceView.as_view(), name="docs"),
    path("", include("accounts.rest.urls")),
    path("", include("catalog.rest.urls")),
    path("", include("discovery.rest.urls")),
    path("", include("marketplace.rest.urls")),
    path("", include("gateway.rest.urls")),
]
