"""The words and payloads in which people and webhooks are told what happened in the marketplace.

Payloads hold ids, slugs, versions and names of applications: no secrets, no reasons, nobody's name (docs/notices.md).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.notice_kinds import Kind
from accounts.notices import News
from marketplace.models import AccessRequest, Credential, Plan, RequestKind, RequestState, Subscription

KINDS = (
    Kind("access.requested", "Somebody asks for access to an API of yours"),
    Kind("access.asked", "The owner of an API asks about your request"),
    Kind("access.answered", "Your question about a request is answered"),
    Kind("access.approved", "Access is approved"),
    Kind("access.rejected", "Access is rejected"),
    Kind("access.withdrawn", "A request is withdrawn"),
    Kind("subscription.suspended", "A subscription is suspended"),
    Kind("subscription.resumed", "A subscription is resumed"),
    Kind("subscription.revoked", "A subscription is revoked"),
    Kind("subscription.expired", "A subscription has expired"),
    Kind("subscription.expires", "A subscription expires soon"),
    Kind("key.issued", "A key is issued"),
    Kind("key.revoked", "A key is revoked"),
    Kind("key.expires", "A key expires soon"),
    Kind("plan.deprecated", "A plan you are on is deprecated"),
)
_REASON_AT_MOST = 1_000


def about_request(event: str, request: AccessRequest, said: str = "", *, at: str = "") -> News:
    """``said`` is what people wrote; ``at`` tells two events of the same kind about one request apart."""
    subscription = request.subscription
    is_for_owner = event in ("access.requested", "access.answered", "access.withdrawn")
    return News(
        kind=event,
        key=_key(event, request.public_id, at),
        title=_request_title(event, request),
        text=said[:_REASON_AT_MOST],
        url=reverse("marketplace:approvals") if is_for_owner else _application_url(subscription),
        data={"request": request.public_id, "kind": request.kind, **_facts(subscription), "plan": request.plan.slug},
    )


def about_subscription(event: str, subscription: Subscription) -> News:
    verb = event.partition(".")[2]
    return News(
        kind=event,
        # It may be suspended and resumed more than once.
        key=_key(event, subscription.public_id, subscription.changed_at.isoformat()),
        title=f"Access of {_path(subscription)} {'has expired' if verb == 'expired' else f'is {verb}'}",
        text=subscription.state_reason[:_REASON_AT_MOST],
        url=_application_url(subscription),
        data=_facts(subscription),
    )


def about_key(event: str, credential: Credential) -> News:
    subscription = credential.subscription
    verb = event.partition(".")[2]
    by = credential.revoked_by_name if verb == "revoked" else credential.created_by_name
    return News(
        kind=event,
        key=_key(event, credential.public_id),
        title=f"A key of {_path(subscription)} is {verb}",
        text=f"{credential}, by {by}." if by else f"{credential}.",
        url=_application_url(subscription, "keys"),
        data={"key": credential.public_id, **_facts(subscription)},
    )


def key_expires(credential: Credential, within: int, now: datetime) -> News:
    """``within`` is the number of days before the end at which people are told."""
    subscription = credential.subscription
    return News(
        kind="key.expires",
        key=_key("key.expires", credential.public_id, f"{credential.expires_at.isoformat()}:{within}"),
        title=f"A key of {_path(subscription)} expires {_in_days(credential.expires_at, now)}",
        text=f"{credential} opens nothing after that. Rotate it while both can be live.",
        url=_application_url(subscription, "keys"),
        data={"key": credential.public_id, **_ends(credential.expires_at), **_facts(subscription)},
    )


def subscription_expires(subscription: Subscription, within: int, now: datetime) -> News:
    """The same of a subscription."""
    return News(
        kind="subscription.expires",
        key=_key("subscription.expires", subscription.public_id, f"{subscription.expires_at.isoformat()}:{within}"),
        title=f"Access of {_path(subscription)} expires {_in_days(subscription.expires_at, now)}",
        text="All of its keys open nothing after that.",
        url=_application_url(subscription),
        data={**_ends(subscription.expires_at), **_facts(subscription)},
    )


def plan_deprecated(plan: Plan) -> News:
    at = plan.deprecated_at.isoformat() if plan.deprecated_at else ""
    return News(
        kind="plan.deprecated",
        key=_key("plan.deprecated", plan.public_id, at),
        title=f"The plan “{plan.title}” of {plan.api.title} is deprecated",
        text="It takes no new subscribers. Who is on it stays on it.",
        url=reverse("marketplace:api-plans", args=[plan.api.slug]),
        data={"api": plan.api.slug, "plan": plan.slug},
    )


def _request_title(event: str, request: AccessRequest) -> str:
    subscription = request.subscription
    who, what = subscription.application.name, f"{subscription.api.title} {subscription.version.name}"
    wanted = "access to" if request.kind == RequestKind.ACCESS else f"the plan “{request.plan.title}” of"
    return {
        "access.requested": f"{who} asks for {wanted} {what}",
        "access.asked": f"A question about the request of {who} for {what}",
        "access.answered": f"{who} answers your question about {what}",
        "access.approved": f"{who} has {wanted} {what}",
        "access.rejected": f"The request of {who} for {what} is rejected",
        "access.withdrawn": f"{who} does not ask for {wanted} {what} any more",
    }[event]


def _facts(subscription: Subscription) -> Mapping[str, Any]:
    application = subscription.application
    return {
        "subscription": subscription.public_id,
        "state": subscription.state,
        "application": {"id": application.public_id, "name": application.name},
        "team": application.team.slug if application.team else None,
        "environment": application.environment.slug,
        "api": subscription.api.slug,
        "version": subscription.version.name,
        "plan": subscription.plan.slug,
    }


def _ends(moment: datetime) -> Mapping[str, str]:
    return {"expires_at": moment.isoformat()}


def _path(subscription: Subscription) -> str:
    return f"{subscription.application.name} to {subscription.api.title} {subscription.version.name}"


def _application_url(subscription: Subscription, part: str = "detail") -> str:
    return reverse(f"marketplace:application-{part}", args=[subscription.application.public_id])


def _in_days(moment: datetime, now: datetime) -> str:
    # Told within the hour after the day begins to count, so that «14 days» are 14.
    days = round((moment - now).total_seconds() / 86_400)
    return "today" if days < 1 else f"in {days} day{'s' if days != 1 else ''}"


def _key(event: str, public_id: str, at: str = "") -> str:
    return f"{event}:{public_id}:{at}" if at else f"{event}:{public_id}"


def decided(request: AccessRequest) -> str:
    """The event of an answer."""
    return "access.approved" if request.state == RequestState.APPROVED else "access.rejected"
