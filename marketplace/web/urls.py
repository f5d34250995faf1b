"""The pages of the marketplace."""

from django.urls import URLPattern, path

from marketplace.web.views import (
    application_pages,
    applications,
    consumers,
    get_access,
    keys,
    plans,
    requests,
    subscriptions,
)

app_name = "marketplace"

_APPLICATION = "access/applications/<str:public_id>/"
_SUBSCRIPTION = "access/subscriptions/<str:public_id>/"
_KEY = "access/keys/<str:public_id>/"
_REQUEST = "access/requests/<str:public_id>/"
_PLANS = "apis/<str:slug>/plans/"

urlpatterns: list[URLPattern] = [
    path("access/", applications.listing, name="application-list"),
    path("access/applications/new/", applications.create, name="application-new"),
    path(_APPLICATION, application_pages.overview, name="application-detail"),
    path(f"{_APPLICATION}subscriptions/", application_pages.subscriptions, name="application-subscriptions"),
    path(f"{_APPLICATION}keys/", application_pages.keys, name="application-keys"),
    path(f"{_APPLICATION}members/", application_pages.members, name="application-members"),
    path(f"{_APPLICATION}history/", application_pages.history, name="application-history"),
    path(f"{_APPLICATION}edit/", applications.edit, name="application-edit"),
    path(f"{_APPLICATION}retire/", applications.retire, name="application-retire"),
    path(f"{_SUBSCRIPTION}plan/", subscriptions.change_plan, name="subscription-plan"),
    path(f"{_SUBSCRIPTION}suspend/", subscriptions.suspend, name="subscription-suspend"),
    path(f"{_SUBSCRIPTION}resume/", subscriptions.resume, name="subscription-resume"),
    path(f"{_SUBSCRIPTION}revoke/", subscriptions.revoke, name="subscription-revoke"),
    path(f"{_SUBSCRIPTION}expiry/", subscriptions.expiry, name="subscription-expiry"),
    path(f"{_SUBSCRIPTION}enforcement/", subscriptions.enforcement, name="subscription-enforcement"),
    path(f"{_KEY}enforcement/", subscriptions.key_enforcement, name="key-enforcement"),
    path(f"{_SUBSCRIPTION}keys/issue/", keys.issue, name="key-issue"),
    path(f"{_SUBSCRIPTION}keys/rotate/", keys.rotate, name="key-rotate"),
    path("access/keys/", keys.listing, name="keys"),
    path(f"{_KEY}overlap/", keys.overlap, name="key-overlap"),
    path(f"{_KEY}revoke/", keys.revoke, name="key-revoke"),
    path("access/approvals/", requests.approvals, name="approvals"),
    path(f"{_REQUEST}approve/", requests.approve, name="request-approve"),
    path(f"{_REQUEST}reject/", requests.reject, name="request-reject"),
    path(f"{_REQUEST}ask/", requests.ask_more, name="request-ask"),
    path(f"{_REQUEST}answer/", requests.answer, name="request-answer"),
    path(f"{_REQUEST}withdraw/", requests.withdraw, name="request-withdraw"),
    path("apis/<str:slug>/get-access/", get_access.get_access, name="get-access"),
    path("apis/<str:slug>/consumers/", consumers.listing, name="api-consumers"),
    path(_PLANS, plans.listing, name="api-plans"),
    path(f"{_PLANS}new/", plans.create, name="plan-new"),
    path(f"{_PLANS}<str:plan>/edit/", plans.edit, name="plan-edit"),
    path(f"{_PLANS}<str:plan>/move/", plans.move, name="plan-move"),
    path(f"{_PLANS}<str:plan>/deprecate/", plans.deprecate, name="plan-deprecate"),
    path(f"{_PLANS}<str:plan>/restore/", plans.restore, name="plan-restore"),
]
