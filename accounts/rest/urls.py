from django.urls import path

from accounts.rest.views.me import MeView
from accounts.rest.views.teams import TeamDetailView, TeamListView

app_name = "accounts"

urlpatterns = [
    path("me", MeView.as_view(), name="me"),
    path("teams", TeamListView.as_view(), name="team-list"),
    path("teams/<str:team>", TeamDetailView.as_view(), name="team-detail"),
]
