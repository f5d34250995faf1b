"""Every URL of the site: the pages of each room, the REST API and the health endpoints."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
