"""The REST API of the gateways, and what their agents ask and tell."""

from django.urls import path

from gateway.rest.views.agent import ChangesView, ReportView, UsageView

app_name = "gateway"

urlpatterns = [
    path("gateway-agent/changes", ChangesView.as_view(), name="agent-changes"),
    path("gateway-agent/report", ReportView.as_view(), name="agent-report"),
    path("gateway-agent/usage", UsageView.as_view(), name="agent-usage"),
]
