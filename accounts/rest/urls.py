from django.urls import path

from accounts.rest.views.audit import AuditEventListView
from accounts.rest.views.me import MeView
from accounts.rest.views.notices import NoticeListView, ReadAllNoticesView, ReadNoticeView
from accounts.rest.views.teams import MemberListView, MemberView, TeamDetailView, TeamListView, TeamTokenListView
from accounts.rest.views.tokens import TokenDetailView, TokenListView
from accounts.rest.views.users import (
    DeactivateView,
    ReactivateView,
    ResetPasswordView,
    UserDetailView,
    UserListView,
)
from accounts.rest.views.webhooks import (
    DeliveryListView,
    SendAgainView,
    TryWebhookView,
    WebhookDetailView,
    WebhookListView,
    WebhookSecretView,
)

app_name = "accounts"

urlpatterns = [
    path("me", MeView.as_view(), name="me"),
    path("teams", TeamListView.as_view(), name="team-list"),
    path("teams/<str:team>", TeamDetailView.as_view(), name="team-detail"),
    path("teams/<str:team>/members", MemberListView.as_view(), name="member-list"),
    path("teams/<str:team>/members/<str:username>", MemberView.as_view(), name="member"),
    path("teams/<str:team>/tokens", TeamTokenListView.as_view(), name="team-token-list"),
    path("tokens", TokenListView.as_view(), name="token-list"),
    path("tokens/<int:token>", TokenDetailView.as_view(), name="token-detail"),
    path("users", UserListView.as_view(), name="user-list"),
    path("users/<str:username>", UserDetailView.as_view(), name="user-detail"),
    path("users/<str:username>/deactivate", DeactivateView.as_view(), name="user-deactivate"),
    path("users/<str:username>/reactivate", ReactivateView.as_view(), name="user-reactivate"),
    path("users/<str:username>/reset-password", ResetPasswordView.as_view(), name="user-reset-password"),
    path("notices", NoticeListView.as_view(), name="notice-list"),
    path("notices/read-all", ReadAllNoticesView.as_view(), name="notices-read"),
    path("notices/<str:notice>/read", ReadNoticeView.as_view(), name="notice-read"),
    path("webhooks", WebhookListView.as_view(), name="webhook-list"),
    path("webhooks/<str:webhook>", WebhookDetailView.as_view(), name="webhook-detail"),
    path("webhooks/<str:webhook>/test", TryWebhookView.as_view(), name="webhook-test"),
    path("webhooks/<str:webhook>/rotate-secret", WebhookSecretView.as_view(), name="webhook-secret"),
    path("webhooks/<str:webhook>/deliveries", DeliveryListView.as_view(), name="delivery-list"),
    path("deliveries/<str:delivery>/send-again", SendAgainView.as_view(), name="delivery-send-again"),
    path("audit-events", AuditEventListView.as_view(), name="audit-event-list"),
]
