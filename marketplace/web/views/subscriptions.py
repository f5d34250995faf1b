"""What is done about a subscription in the browser, and whether it and its keys are in force."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common.access import require
from common.web.forms import refusals_in
from common.web.htmx import redirect, render, render_form
from common.web.toasts import say
from common.web.words import counted
from marketplace.models import Plan, RequestState, Subscription
from marketplace.permissions import Action
from marketplace.queries.enforcement import enforcement_of_credentials, enforcement_of_subscriptions
from marketplace.queries.offers import open_plans
from marketplace.usecases.request_plan_change import request_plan_change
from marketplace.usecases.resume_subscription import resume_subscription
from marketplace.usecases.revoke_subscription import revoke_subscription
from marketplace.usecases.set_subscription_expiry import set_subscription_expiry
from marketplace.usecases.suspend_subscription import suspend_subscription
from marketplace.web.access_form import AskForPlan
from marketplace.web.application_list import live_keys
from marketplace.web.decision_forms import Confirm, GiveReason, SetEnd
from marketplace.web.enforcement import (
    ASKED_AT_MOST,
    EnforcementShown,
    enforcement_shown,
    is_key_refused,
    is_refused,
    key_url,
    subscription_url,
)
from marketplace.web.lookup import credential_named, subscription_named
from marketplace.web.places import application_crumbs, application_url, came_from
from marketplace.web.plan_rows import plan_table
from marketplace.web.questions import Question, ask, data_of
from marketplace.web.words import end_words, owner_words, plan_words

_ENFORCEMENT = "marketplace/_enforcement.html"
Done = Callable[[], tuple[str, str]]


@require_http_methods(["GET", "HEAD", "POST"])
def suspend(request: HttpRequest, public_id: str) -> HttpResponse:
    found, form = _found(request, public_id, Action.SUBSCRIPTION_HOLD), GiveReason(data_of(request))

    def act() -> tuple[str, str]:
        suspend_subscription(actor=request.actor, subscription=found, **form.cleaned_data, now=timezone.now())
        return f"{_name(found)} is suspended", "Its calls are refused from about now on."

    effect = f"{_keys_words(found)} until it is resumed. Those who hold the application are told."
    return _ask(request, Question(f"Suspend {_name(found)}?", effect, "Suspend", True), form, act, found)


@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest, public_id: str) -> HttpResponse:
    found, form = _found(request, public_id, Action.SUBSCRIPTION_HOLD), Confirm(data_of(request))

    def act() -> tuple[str, str]:
        resume_subscription(actor=request.actor, subscription=found, now=timezone.now())
        return f"{_name(found)} goes on", "Its keys work again from about now on."

    effect = "Its keys work again. Those who hold the application are told."
    return _ask(request, Question(f"Resume {_name(found)}?", effect, "Resume"), form, act, found)


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    found, form = _found(request, public_id, Action.SUBSCRIPTION_END), GiveReason(data_of(request))

    def act() -> tuple[str, str]:
        revoke_subscription(actor=request.actor, subscription=found, **form.cleaned_data, now=timezone.now())
        return f"{_name(found)} is revoked", "Its keys are refused from about now on."

    effect = (
        f"{_keys_words(found)}, from about a second later on. This cannot be undone; access can be asked for again."
    )
    return _ask(request, Question(f"Revoke {_name(found)}?", effect, "Revoke access", True), form, act, found)


@require_http_methods(["GET", "HEAD", "POST"])
def expiry(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _found(request, public_id, Action.SUBSCRIPTION_HOLD)
    initial = {"expires_at": timezone.localdate(found.expires_at) if found.expires_at else None}
    form = SetEnd(data_of(request), initial=initial)

    def act() -> tuple[str, str]:
        kept = set_subscription_expiry(actor=request.actor, subscription=found, **form.cleaned_data, now=timezone.now())
        return f"The end of {_name(found)} is set", f"{end_words(kept) or 'It has no end'}."

    effect = "Its keys are refused from then on, to the second."
    return _ask(request, Question(f"When {_name(found)} ends", effect, "Save"), form, act, found)


@require_http_methods(["GET", "HEAD", "POST"])
def change_plan(request: HttpRequest, public_id: str) -> HttpResponse:
    found = subscription_named(request, public_id)
    require(request.actor, Action.ACCESS_REQUEST, found.application)
    plans = _others(found)
    form = AskForPlan(data_of(request), plans=plans)
    back = came_from(request) or application_url(found.application)
    if form.is_valid():
        with refusals_in(form):
            made = request_plan_change(actor=request.actor, subscription=found, **form.asked(), now=timezone.now())
            is_done = made.state == RequestState.APPROVED
            waits = f"{found.plan.title} goes on until {owner_words(found)} answers."
            say(
                request,
                f"{_name(found)} is on {made.plan.title}" if is_done else f"{made.plan.title} is requested",
                "The new limits hold in about a second." if is_done else waits,
            )
            return redirect(request, back)
    context = {
        "section": "access",
        "crumbs": application_crumbs(found.application, "Change plan"),
        "subscription": found,
        "now_words": plan_words(found.plan),
        "table": plan_table(plans),
        "owner": owner_words(found),
        "action_url": request.get_full_path(),
        "cancel_url": back,
    }
    return render_form(
        request, "marketplace/change_plan.html", context, form=form, part="marketplace/_change_plan_dialog.html"
    )


@require_safe
@never_cache
def enforcement(request: HttpRequest, public_id: str) -> HttpResponse:
    """Since when gateways follow a subscription: the line a page shows, with the next question while one is due."""
    found = subscription_named(request, public_id)
    told = enforcement_of_subscriptions([found])
    shown = enforcement_shown(
        told[found.pk] if told is not None else None,
        subscription_url(found),
        is_refusal=is_refused(found),
        asked=_asked(request),
    )
    return _line(request, shown)


@require_safe
@never_cache
def key_enforcement(request: HttpRequest, public_id: str) -> HttpResponse:
    """The same of a key."""
    found = credential_named(request, public_id)
    told = enforcement_of_credentials([found])
    shown = enforcement_shown(
        told[found.pk] if told is not None else None,
        key_url(found),
        is_refusal=is_key_refused(found, timezone.now()),
        asked=_asked(request),
    )
    return _line(request, shown)


def _line(request: HttpRequest, shown: EnforcementShown) -> HttpResponse:
    return render(request, "marketplace/enforcement.html", {"section": "access", "shown": shown}, part=_ENFORCEMENT)


def _asked(request: HttpRequest) -> int:
    """How often this page has asked, as it says; what cannot be read is too often."""
    given = request.GET.get("asked", "0")
    return int(given) if given.isdecimal() and len(given) < 4 else ASKED_AT_MOST


def _found(request: HttpRequest, public_id: str, action: Action) -> Subscription:
    found = subscription_named(request, public_id)
    require(request.actor, action, found)
    return found


def _ask(request: HttpRequest, question: Question, form: Any, act: Done, found: Subscription) -> HttpResponse:
    return ask(request, question, form, act, back=application_url(found.application))


def _others(found: Subscription) -> list[Plan]:
    """The plans it can change to: those with the same way for callers to show who they are."""
    same = open_plans(found.api).filter(authentication=found.plan.authentication)
    return list(same.exclude(pk=found.plan_id))


def _keys_words(found: Subscription) -> str:
    count = live_keys(timezone.now()).filter(subscription=found).count()
    return f"{counted(count, 'key is,keys are')} refused"


def _name(found: Subscription) -> str:
    return f"{found.application.name} for {found.api.title}"
