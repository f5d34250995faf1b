"""The pages of people, teams, tokens and the audit trail."""

from django.urls import path

from accounts.web.views import audit, notices, people, profile, session, teams, tokens, webhook_log, webhooks

app_name = "accounts"

urlpatterns = [
    path("sign-in/", session.sign_in, name="sign-in"),
    path("sign-out/", session.sign_out, name="sign-out"),
    path("theme/", session.theme, name="theme"),
    path("profile/", profile.profile, name="profile"),
    path("profile/password/", profile.password, name="password"),
    path("profile/notices/", notices.mail, name="notice-mail"),
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
    path("teams/<str:slug>/webhooks/", webhooks.team_listing, name="team-webhook-list"),
    path("teams/<str:slug>/webhooks/add/", webhooks.team_add, name="team-webhook-new"),
    path("administration/webhooks/", webhooks.site_listing, name="webhook-list"),
    path("administration/add-webhook/", webhooks.site_add, name="webhook-new"),
    path("webhooks/<str:webhook>/", webhook_log.detail, name="webhook"),
    path("webhooks/<str:webhook>/edit/", webhooks.edit, name="webhook-edit"),
    path("webhooks/<str:webhook>/switch/", webhooks.switch, name="webhook-switch"),
    path("webhooks/<str:webhook>/new-secret/", webhooks.new_secret, name="webhook-secret"),
    path("webhooks/<str:webhook>/remove/", webhooks.remove, name="webhook-remove"),
    path("webhooks/<str:webhook>/test/", webhook_log.test, name="webhook-test"),
    path("deliveries/<str:delivery>/send-again/", webhook_log.again, name="delivery-send-again"),
    path("notices/", notices.listing, name="notice-list"),
    path("notices/read-all/", notices.read_all, name="notices-read"),
    path("notices/<str:notice>/read/", notices.read, name="notice-read"),
    path("administration/people/", people.listing, name="people"),
    path("administration/add-person/", people.create, name="person-new"),
    path("administration/people/<str:username>/", people.edit, name="person"),
    path("administration/people/<str:username>/deactivate/", people.deactivate, name="person-deactivate"),
    path("administration/people/<str:username>/reactivate/", people.reactivate, name="person-reactivate"),
    path("administration/people/<str:username>/new-password/", people.new_password, name="person-password"),
    path("audit/", audit.audit, name="audit"),
]
