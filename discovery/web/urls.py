"""The pages of discovery: sources and their runs, the inbox, the rules."""

from django.urls import path

from discovery.web.views import overview

app_name = "discovery"

urlpatterns = [
    path("", overview.overview, name="overview"),
]
