"""Every URL of the site: the pages of each room, the REST API and the health endpoints."""

from django.urls import URLPattern, URLResolver, include, path

from portal.health import healthz, readyz
from portal.metrics import metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("api/v1/", include("portal.api_urls")),
    path("", include("portal.pages.urls")),
    path("", include("accounts.web.urls")),
    path("", include("catalog.web.urls")),
    path("", include("marketplace.web.urls")),
    path("", include("gateway.web.urls")),
    path("discovery/", include("discovery.web.urls")),
]

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.permission_denied"
handler404 = "portal.errors.page_not_found"
handler500 = "portal.errors.server_error"
