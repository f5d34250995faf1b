"""The pages of people, teams, tokens and the audit trail."""

from django.urls import path

from accounts.web.views import audit, people, profile, session, teams, tokens

app_name = "accounts"

urlpatterns = [
    path("sign-in/", session.sign_in, name="sign-in"),
    path("sign-out/", session.sign_out, name="sign-out"),
    path("theme/", session.theme, name="theme"),
    path("profile/", profile.profile, name="profile"),
    path("profile/password/", profile.password, name="password"),
    path("profile/tokens/", tokens.listing, name="token-list"),
    path("profile/tokens/add/", tokens.create, name="token-new"),
    path("tokens/<int:token>/revoke/", tokens.revoke, name="token-revoke"),
    path("my-teams/", profile.my_teams, name="my-teams"),
    path("teams/", teams.listing, name="team-list"),
    path("add-team/", teams.create, name="team-new"),
    path("teams/<str:slug>/", teams.detail, name="team-detail"),
    path("teams/<str:slug>/edit/", teams.edit, name="team-edit"),
    path("teams/<str:slug>/members/", teams.set_member, name="member-set"),
    path("teams/<str:slug>/members/<str:username>/remove/", teams.remove_member, name="member-remove"),
    path("teams/<str:slug>/tokens/", tokens.team_listing, name="team-token-list"),
    path("teams/<str:slug>/tokens/add/", tokens.team_create, name="team-token-new"),
    path("administration/people/", people.listing, name="people"),
    path("administration/add-person/", people.create, name="person-new"),
    path("administration/people/<str:username>/", people.edit, name="person"),
    path("administration/people/<str:username>/deactivate/", people.deactivate, name="person-deactivate"),
    path("administration/people/<str:username>/reactivate/", people.reactivate, name="person-reactivate"),
    path("administration/people/<str:username>/new-password/", people.new_password, name="person-password"),
    path("audit/", audit.audit, name="audit"),
]
