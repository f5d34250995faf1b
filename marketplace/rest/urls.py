"""The REST API of the marketplace."""

from django.urls import path

from marketplace.rest.views.consumers import ConsumerListView
from marketplace.rest.views.credentials import (
    CredentialDetailView,
    CredentialListView,
    IssueView,
    OverlapView,
    RevokeView,
    RotateView,
)

app_name = "marketplace"

_SUBSCRIPTION = "subscriptions/<str:subscription>"
_CREDENTIAL = "credentials/<str:credential>"

urlpatterns = [
    path("apis/<str:api>/consumers", ConsumerListView.as_view(), name="consumer-list"),
    path("credentials", CredentialListView.as_view(), name="credential-list"),
    path(_CREDENTIAL, CredentialDetailView.as_view(), name="credential-detail"),
    path(f"{_CREDENTIAL}/revoke", RevokeView.as_view(), name="credential-revoke"),
    path(f"{_CREDENTIAL}/overlap", OverlapView.as_view(), name="credential-overlap"),
    path(f"{_SUBSCRIPTION}/credentials", IssueView.as_view(), name="credential-issue"),
    path(f"{_SUBSCRIPTION}/credentials/rotate", RotateView.as_view(), name="credential-rotate"),
]
