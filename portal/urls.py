"""Every URL of the site: the pages of each room, the REST API and the health endpoints."""

from django.urls import URLPattern, URLResolver, path

from portal.health import healthz, readyz
from portal.metrics import metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
