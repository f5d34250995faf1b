"""The REST API of the marketplace."""

from django.urls import path

from marketplace.rest.views.applications import ApplicationListView, ApplicationView, RetireApplicationView
from marketplace.rest.views.plans import DeprecatePlanView, PlanListView, PlanView, RestorePlanView
from marketplace.rest.views.requests import (
    AccessRequestListView,
    AccessRequestView,
    AnswerView,
    ApproveView,
    AskView,
    RejectView,
    WithdrawView,
)
from marketplace.rest.views.subscriptions import (
    ChangePlanView,
    ExpiryView,
    ResumeView,
    RevokeView,
    SubscriptionListView,
    SubscriptionView,
    SuspendView,
)

app_name = "marketplace"

_APPLICATION = "applications/<str:application>"
_PLAN = "apis/<str:api>/plans/<str:plan>"
_REQUEST = "access-requests/<str:access_request>"
_SUBSCRIPTION = "subscriptions/<str:subscription>"

urlpatterns = [
    path("applications", ApplicationListView.as_view(), name="application-list"),
    path(_APPLICATION, ApplicationView.as_view(), name="application-detail"),
    path(f"{_APPLICATION}/retire", RetireApplicationView.as_view(), name="application-retire"),
    path("apis/<str:api>/plans", PlanListView.as_view(), name="plan-list"),
    path(_PLAN, PlanView.as_view(), name="plan-detail"),
    path(f"{_PLAN}/deprecate", DeprecatePlanView.as_view(), name="plan-deprecate"),
    path(f"{_PLAN}/restore", RestorePlanView.as_view(), name="plan-restore"),
    path("access-requests", AccessRequestListView.as_view(), name="request-list"),
    path(_REQUEST, AccessRequestView.as_view(), name="request-detail"),
    path(f"{_REQUEST}/approve", ApproveView.as_view(), name="request-approve"),
    path(f"{_REQUEST}/reject", RejectView.as_view(), name="request-reject"),
    path(f"{_REQUEST}/ask", AskView.as_view(), name="request-ask"),
    path(f"{_REQUEST}/answer", AnswerView.as_view(), name="request-answer"),
    path(f"{_REQUEST}/withdraw", WithdrawView.as_view(), name="request-withdraw"),
    path("subscriptions", SubscriptionListView.as_view(), name="subscription-list"),
    path(_SUBSCRIPTION, SubscriptionView.as_view(), name="subscription-detail"),
    path(f"{_SUBSCRIPTION}/suspend", SuspendView.as_view(), name="subscription-suspend"),
    path(f"{_SUBSCRIPTION}/resume", ResumeView.as_view(), name="subscription-resume"),
    path(f"{_SUBSCRIPTION}/revoke", RevokeView.as_view(), name="subscription-revoke"),
    path(f"{_SUBSCRIPTION}/expiry", ExpiryView.as_view(), name="subscription-expiry"),
    path(f"{_SUBSCRIPTION}/change-plan", ChangePlanView.as_view(), name="subscription-change-plan"),
]
