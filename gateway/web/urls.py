"""The pages of the gateways."""

from django.urls import path

from gateway.web.views import console, gateways, routes, traffic

app_name = "gateway"

urlpatterns = [
    path("apis/<str:slug>/traffic/", traffic.of_api, name="api-traffic"),
    path("access/applications/<str:public_id>/usage/", traffic.of_application, name="application-usage"),
    path("gateways/", gateways.listing, name="gateway-list"),
    path("gateways/new/", gateways.create, name="gateway-new"),
    path("gateways/<str:slug>/", gateways.detail, name="gateway-detail"),
    path("gateways/<str:slug>/edit/", gateways.edit, name="gateway-edit"),
    path("gateways/<str:slug>/token/", gateways.new_token, name="gateway-token"),
    path("gateways/<str:slug>/remove/", gateways.remove, name="gateway-remove"),
    path("apis/<str:slug>/routes/", routes.listing, name="api-routes"),
    path("apis/<str:slug>/routes/<str:route>/", routes.edit, name="route-edit"),
    path("apis/<str:slug>/routes/<str:route>/remove/", routes.remove, name="route-remove"),
    path("apis/<str:slug>/versions/<str:version>/routes/new/", routes.create, name="route-new"),
    path("apis/<str:slug>/versions/<str:version>/console/", console.console, name="console"),
    path("apis/<str:slug>/versions/<str:version>/console/key/", console.console_key, name="console-key"),
]
