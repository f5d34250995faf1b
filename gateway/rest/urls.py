"""The REST API of the gateways, and what their agents ask and tell."""

from django.urls import path

from gateway.rest.views.agent import ChangesView, ReportView, UsageView
from gateway.rest.views.gateways import GatewayListView, GatewayTokenView, GatewayView
from gateway.rest.views.routes import RoutedInstanceListView, RouteListView, RouteView
from gateway.rest.views.usage import APIUsageView, ApplicationUsageView

app_name = "gateway"

urlpatterns = [
    path("gateway-agent/changes", ChangesView.as_view(), name="agent-changes"),
    path("gateway-agent/report", ReportView.as_view(), name="agent-report"),
    path("gateway-agent/usage", UsageView.as_view(), name="agent-usage"),
    path("gateways", GatewayListView.as_view(), name="gateway-list"),
    path("gateways/<str:gateway>", GatewayView.as_view(), name="gateway-detail"),
    path("gateways/<str:gateway>/rotate-token", GatewayTokenView.as_view(), name="gateway-token"),
    # The catalog's list, with what gateways add to it.
    path(
        "apis/<str:api>/versions/<str:version>/instances",
        RoutedInstanceListView.as_view(),
        name="instance-list",
    ),
    path("apis/<str:api>/routes", RouteListView.as_view(), name="route-list"),
    path("routes/<str:route>", RouteView.as_view(), name="route-detail"),
    path("apis/<str:api>/usage", APIUsageView.as_view(), name="api-usage"),
    path("applications/<str:application>/usage", ApplicationUsageView.as_view(), name="application-usage"),
]
