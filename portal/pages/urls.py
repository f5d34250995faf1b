"""The front's pages."""

from django.urls import path

from portal.pages import browse, home, suggest

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("browse/", browse.browse, name="browse"),
    path("suggest/", suggest.suggest, name="suggest"),
]
