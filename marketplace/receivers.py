"""Who is told when something happened in the marketplace. The signals come after the commit, by ids."""

from typing import Any

from django.db.models import Model, Q
from django.dispatch import receiver
from django.utils import timezone

from accounts import notice_kinds
from accounts.audit import who_did
from accounts.notices import News, notify
from marketplace import notices, signals
from marketplace.holders import Holders, holders_of, owners_of
from marketplace.models import LIVE, AccessRequest, Application, Credential, CredentialPurpose, Plan, Subscription
from marketplace.subscriptions import OPEN

notice_kinds.register(*notices.KINDS)

_SUBSCRIPTION = ("application__team", "application__environment", "api", "version", "plan")
_EVENTS = {
    "approved": "subscription.resumed",
    "suspended": "subscription.suspended",
    "revoked": "subscription.revoked",
    "expired": "subscription.expired",
}


@receiver(signals.access_requested, dispatch_uid="marketplace.notices.requested")
def owners_are_asked(request_id: int, **_: Any) -> None:
    request = _request(request_id)
    # What a plan approves by itself asks nobody.
    if request is None or request.state not in OPEN:
        return
    said = f"{request.asker}: {request.reason}" if request.reason else f"By {request.asker}."
    news = notices.about_request("access.requested", request, said)
    _tell(news, owners_of(request.subscription.api), holders_of(request.subscription.application), request)


@receiver(signals.request_asked, dispatch_uid="marketplace.notices.asked")
def askers_are_asked_back(request_id: int, **_: Any) -> None:
    _pass_on("access.asked", request_id, to_owners=False)


@receiver(signals.request_answered, dispatch_uid="marketplace.notices.answered")
def owners_are_answered(request_id: int, **_: Any) -> None:
    _pass_on("access.answered", request_id, to_owners=True)


@receiver(signals.request_decided, dispatch_uid="marketplace.notices.decided")
def askers_are_told(request_id: int, **_: Any) -> None:
    request = _request(request_id)
    if request is None:
        return
    news = notices.about_request(notices.decided(request), request, request.decision_reason)
    subscription = request.subscription
    _tell(news, _askers(request), owners_of(subscription.api), request, subscription)


@receiver(signals.request_withdrawn, dispatch_uid="marketplace.notices.withdrawn")
def owners_need_not_answer(request_id: int, **_: Any) -> None:
    request = _request(request_id)
    if request is None:
        return
    news = notices.about_request("access.withdrawn", request)
    subscription = request.subscription
    _tell(news, owners_of(subscription.api), holders_of(subscription.application), request, subscription)


@receiver(signals.subscription_changed, dispatch_uid="marketplace.notices.subscription")
def both_sides_are_told(subscription_id: int, state: str, **_: Any) -> None:
    """Holders of every change; owners of the end that a holder may have made."""
    subscription = Subscription.objects.select_related(*_SUBSCRIPTION).filter(pk=subscription_id).first()
    event = _EVENTS.get(state)
    if subscription is None or event is None:
        return
    holders, owners = holders_of(subscription.application), owners_of(subscription.api)
    told = holders | owners if event == "subscription.revoked" else holders
    _tell(notices.about_subscription(event, subscription), told, owners, subscription)


@receiver(signals.key_issued, dispatch_uid="marketplace.notices.key_issued")
def holders_are_told_of_a_key(credential_id: int, **_: Any) -> None:
    _tell_of_key("key.issued", credential_id)


@receiver(signals.key_revoked, dispatch_uid="marketplace.notices.key_revoked")
def holders_are_told_of_a_revoked_key(credential_id: int, **_: Any) -> None:
    _tell_of_key("key.revoked", credential_id)


@receiver(signals.plan_deprecated, dispatch_uid="marketplace.notices.plan_deprecated")
def subscribers_are_told_of_their_plan(plan_id: int, **_: Any) -> None:
    plan = Plan.objects.select_related("api").filter(pk=plan_id).first()
    if plan is None:
        return
    on_it = Q(subscriptions__plan=plan, subscriptions__state__in=LIVE)
    rows = Application.objects.filter(on_it).values_list("team_id", "person_id").distinct()
    holders = Holders(
        teams=frozenset(team for team, _ in rows if team), users=frozenset(person for _, person in rows if person)
    )
    _tell(notices.plan_deprecated(plan), holders, owners_of(plan.api), plan)


def _pass_on(event: str, request_id: int, *, to_owners: bool) -> None:
    """What one side said last, to the other."""
    request = _request(request_id)
    if request is None:
        return
    said = request.messages.order_by("-at", "-pk").first()
    text = f"{said.author_name}: {said.text}" if said else ""
    news = notices.about_request(event, request, text, at=str(said.pk) if said else "")
    owners = owners_of(request.subscription.api)
    told, others = (owners, _askers(request)) if to_owners else (_askers(request), owners)
    _tell(news, told, others, request)


def _tell_of_key(event: str, credential_id: int) -> None:
    with_all = [f"subscription__{name}" for name in _SUBSCRIPTION]
    credential = Credential.objects.select_related(*with_all).filter(pk=credential_id).first()
    # A key of the console is its page's for some minutes, and nobody has to do anything about it.
    if credential is None or credential.purpose == CredentialPurpose.CONSOLE:
        return
    holders = holders_of(credential.subscription.application)
    _tell(notices.about_key(event, credential), holders, Holders(), credential)


def _tell(news: News, told: Holders, others: Holders, *rows: Model) -> None:
    """People of the one side, webhooks of both; not who did it, as the audit trail of these rows says."""
    notify(
        news,
        users=told.users,
        teams=told.teams,
        webhooks_of=others.teams,
        but_not=who_did(*rows),
        now=timezone.now(),
    )


def _request(pk: int) -> AccessRequest | None:
    with_all = [f"subscription__{name}" for name in _SUBSCRIPTION]
    return AccessRequest.objects.select_related("plan", "requested_by", *with_all).filter(pk=pk).first()


def _askers(request: AccessRequest) -> Holders:
    """Who holds the application, and who asked, should that be somebody else by now."""
    holders = holders_of(request.subscription.application)
    asked = [request.requested_by_id] if request.requested_by_id else []
    return holders | Holders(users=frozenset(asked))
