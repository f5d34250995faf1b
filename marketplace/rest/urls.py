"""The REST API of the marketplace."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
