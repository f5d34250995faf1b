"""The pages of the gateways."""

from django.urls import path

from gateway.web.views import console

app_name = "gateway"

urlpatterns = [
    path("apis/<str:slug>/versions/<str:version>/console/", console.console, name="console"),
    path("apis/<str:slug>/versions/<str:version>/console/key/", console.console_key, name="console-key"),
]
