"""The pages of the gateways."""

from django.urls import path

from gateway.web.views import console, traffic

app_name = "gateway"

urlpatterns = [
    path("apis/<str:slug>/traffic/", traffic.of_api, name="api-traffic"),
    path("access/applications/<str:public_id>/usage/", traffic.of_application, name="application-usage"),
    path("apis/<str:slug>/versions/<str:version>/console/", console.console, name="console"),
    path("apis/<str:slug>/versions/<str:version>/console/key/", console.console_key, name="console-key"),
]
