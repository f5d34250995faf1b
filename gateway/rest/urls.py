"""The REST API of the gateways."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
