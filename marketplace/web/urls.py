"""The pages of the marketplace."""

from django.urls import URLPattern

app_name = "marketplace"

urlpatterns: list[URLPattern] = []
