"""Keys: all of them for administrators; issued, rotated and revoked from wherever they are shown."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from common.access import require
from common.paging import bounded_count, page_of
from common.web.forms import refusals_in
from common.web.htmx import render, render_form
from common.web.paging import neighbours
from marketplace.filters import CredentialFilter
from marketplace.models import Credential, Subscription
from marketplace.permissions import Action
from marketplace.queries.credentials import ORDERINGS, credentials
from marketplace.usecases.change_overlap import change_overlap
from marketplace.usecases.issue_key import issue_key
from marketplace.usecases.revoke_credential import revoke_credential
from marketplace.usecases.rotate_key import rotate_key
from marketplace.web.application_forms import choose_environment
from marketplace.web.key_forms import ChangeOverlap, IssueKey, RotateKey
from marketplace.web.lookup import credential_named, subscription_named
from marketplace.web.new_key import new_key
from marketplace.web.places import application_crumbs, application_url, came_from
from marketplace.web.questions import Question, ask, data_of
from marketplace.web.subscription_keys import application_key_rows
from marketplace.web.table_order import column, ordering_in

PER_PAGE = 50
_PAGE, _PART = "marketplace/question.html", "marketplace/_question_dialog.html"


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every key there is: three queries, one for each name it is narrowed by, and what it costs to know what is in
    force."""
    require(request.actor, Action.CREDENTIALS_READ)
    filters = CredentialFilter(request.GET, credentials(request.actor), actor=request.actor)
    choose_environment(filters.form, request.actor)
    ordering = ordering_in(request, ORDERINGS)
    page = page_of(filters.qs, ordering=ORDERINGS[ordering], limit=PER_PAGE, cursor=request.GET.get("cursor"))
    context = {
        "section": "access",
        "filters": filters.form,
        "columns": [
            {"title": "Key"},
            {"title": "Application"},
            {"title": "API"},
            column(request, "Created", "created", ordering),
            column(request, "Last used", "last_used", ordering),
            column(request, "Expires", "expires", ordering),
            {"title": "Enforcement"},
            {"title": ""},
        ],
        "rows": application_key_rows(request.actor, page.items, timezone.now()),
        "count": bounded_count(filters.qs),
        **neighbours(request, page),
    }
    return render(request, "marketplace/keys.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def issue(request: HttpRequest, public_id: str) -> HttpResponse:
    subscription = subscription_named(request, public_id)
    require(request.actor, Action.CREDENTIAL_ISSUE, subscription)
    now = timezone.now()
    form = IssueKey(data_of(request), subscription=subscription, now=now)
    question = Question(
        f"Issue a key for {subscription.api.title}",
        f"It opens {subscription.api.title} in {subscription.application.environment.title} on the plan "
        f"{subscription.plan.title}. You see it once.",
        "Issue key",
    )

    def act() -> tuple[Credential, str]:
        return issue_key(actor=request.actor, subscription=subscription, expires_at=form.expires_at(), now=now)

    return _new_key(request, subscription, question, form, act)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def rotate(request: HttpRequest, public_id: str) -> HttpResponse:
    subscription = subscription_named(request, public_id)
    require(request.actor, Action.CREDENTIAL_ISSUE, subscription)
    now = timezone.now()
    form = RotateKey(data_of(request), subscription=subscription, now=now)
    question = Question(
        f"Rotate the key for {subscription.api.title}",
        "A new key is issued, which you see once. The one in use works on for the time you choose.",
        "Rotate key",
    )

    def act() -> tuple[Credential, str]:
        return rotate_key(
            actor=request.actor,
            subscription=subscription,
            overlap=form.overlap(),
            expires_at=form.expires_at(),
            now=now,
        )

    return _new_key(request, subscription, question, form, act, both_until=lambda: _if_any(now, form.overlap()))


@require_http_methods(["GET", "HEAD", "POST"])
def overlap(request: HttpRequest, public_id: str) -> HttpResponse:
    credential = credential_named(request, public_id)
    require(request.actor, Action.CREDENTIAL_ISSUE, credential.subscription)
    now = timezone.now()
    form = ChangeOverlap(data_of(request))
    question = Question(
        "Change the overlap", f"Key …{credential.last_four} ends after that, counted from now.", "Change overlap"
    )

    def act() -> tuple[str, str]:
        end = form.end(now)
        change_overlap(actor=request.actor, credential=credential, expires_at=end, now=now)
        return "The overlap is changed", f"Both keys work until {timezone.localtime(end):%-d %b %Y, %H:%M}."

    return ask(request, question, form, act, back=application_url(credential.subscription.application))


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    credential = credential_named(request, public_id)
    require(request.actor, Action.CREDENTIAL_REVOKE, credential)
    subscription = credential.subscription
    question = Question(
        f"Revoke the key …{credential.last_four}",
        f"{subscription.application.name} can no longer call {subscription.api.title} with it, within a second and "
        "for good. Its other keys work on.",
        "Revoke key",
        is_destructive=True,
    )

    def act() -> tuple[str, str]:
        revoke_credential(actor=request.actor, credential=credential, now=timezone.now())
        return f"Key …{credential.last_four} is revoked", "Its row says where it is refused already."

    return ask(request, question, forms.Form(data_of(request)), act, back=application_url(subscription.application))


@sensitive_variables("secret")
def _new_key(
    request: HttpRequest,
    subscription: Subscription,
    question: Question,
    form: forms.Form,
    act: Callable[[], tuple[Credential, str]],
    both_until: Callable[[], datetime | None] = lambda: None,
) -> HttpResponse:
    """The question, or the key in the answer to the form itself, which nothing keeps; a redirect would have to store
    it."""
    application = subscription.application
    context: dict[str, Any] = {"section": "access", "crumbs": application_crumbs(application, "New key")}
    if form.is_valid():
        with refusals_in(form):
            credential, secret = act()
            shown = {**context, **new_key(request.actor, credential, secret), "both_until": both_until()}
            return render(request, "marketplace/new_key.html", shown, part="marketplace/_new_key_dialog.html")
    context |= {
        "question": question,
        "action_url": request.get_full_path(),
        "cancel_url": came_from(request) or application_url(application),
    }
    return render_form(request, _PAGE, context, form=form, part=_PART)


def _if_any(now: datetime, overlap: timedelta) -> datetime | None:
    return now + overlap if overlap else None
