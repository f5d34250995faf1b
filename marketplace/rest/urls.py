"""The REST API of the marketplace."""

from django.urls import path

from marketplace.rest.views.applications import ApplicationListView, ApplicationView, RetireApplicationView
from marketplace.rest.views.consumers import ConsumerListView
from marketplace.rest.views.credentials import (
    CredentialDetailView,
    CredentialListView,
    IssueView,
    OverlapView,
    RevokeView,
    RotateView,
)
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
    ResumeSubscriptionView,
    RevokeSubscriptionView,
    SubscriptionListView,
    SubscriptionView,
    SuspendSubscriptionView,
)

app_name = "marketplace"

_APPLICATION = "applications/<str:application>"
_PLAN = "apis/<str:api>/plans/<str:plan>"
_REQUEST = "access-requests/<str:access_request>"
_SUBSCRIPTION = "subscriptions/<str:subscription>"
_CREDENTIAL = "credentials/<str:credential>"

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
    path(f"{_SUBSCRIPTION}/suspend", SuspendSubscriptionView.as_view(), name="subscription-suspend"),
    path(f"{_SUBSCRIPTION}/resume", ResumeSubscriptionView.as_view(), name="subscription-resume"),
    path(f"{_SUBSCRIPTION}/revoke", RevokeSubscriptionView.as_view(), name="subscription-revoke"),
    path(f"{_SUBSCRIPTION}/expiry", ExpiryView.as_view(), name="subscription-expiry"),
    path(f"{_SUBSCRIPTION}/change-plan", ChangePlanView.as_view(), name="subscription-change-plan"),
    path("apis/<str:api>/consumers", ConsumerListView.as_view(), name="consumer-list"),
    path("credentials", CredentialListView.as_view(), name="credential-list"),
    path(_CREDENTIAL, CredentialDetailView.as_view(), name="credential-detail"),
    path(f"{_CREDENTIAL}/revoke", RevokeView.as_view(), name="credential-revoke"),
    path(f"{_CREDENTIAL}/overlap", OverlapView.as_view(), name="credential-overlap"),
    path(f"{_SUBSCRIPTION}/credentials", IssueView.as_view(), name="credential-issue"),
    path(f"{_SUBSCRIPTION}/credentials/rotate", RotateView.as_view(), name="credential-rotate"),
]
