"""A subscription as the pages of its application show it: in words, with what may be done about it and its keys."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from accounts.actor import Actor
from catalog.models import APIVersion, Lifecycle
from catalog.querysets import is_visible
from common.access import can
from marketplace.coverage import covers
from marketplace.models import AccessRequest, Authentication, Subscription, SubscriptionState
from marketplace.permissions import Action
from marketplace.queries.enforcement import enforcement_of_subscriptions
from marketplace.questions import Enforcement
from marketplace.web.enforcement import EnforcementShown, enforcement_shown, is_refused, subscription_url
from marketplace.web.recent_use import Spark, sparks_of, traffic_of
from marketplace.web.subscription_keys import KeyRow, Rotation, key_rows, rotation_of
from marketplace.web.words import end_words, owner_words, plan_words, standing_words

_HELD = (SubscriptionState.APPROVED, SubscriptionState.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Act:
    """Something that may be done: a question, as a page and as a dialog."""

    title: str
    url: str
    icon: str
    is_dangerous: bool = False


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """``words`` say on what plan, how it came about and until when; ``asked`` what is waited for besides.

    ``api`` and ``api_url`` are empty for an API that the reader may not know of any more. ``move_url`` leads to the
    successor of a deprecated version, ``move_to`` is its name. ``needs_key``: approved, on a plan with keys, and
    without one.
    """

    subscription: Subscription
    words: str
    asked: str
    api: str
    api_url: str
    open_request: AccessRequest | None
    enforcement: EnforcementShown | None
    keys: Sequence[KeyRow]
    acts: Sequence[Act]
    may_issue: bool
    may_withdraw: bool
    needs_key: bool
    move_url: str = ""
    move_to: str = ""
    rotation: Rotation | None = None
    spark: Spark | None = None

    @property
    def is_keyless(self) -> bool:
        return self.subscription.plan.authentication == Authentication.KEYLESS


def subscription_rows(actor: Actor, subscriptions: Collection[Subscription], now: datetime) -> list[SubscriptionRow]:
    """Rows of ``marketplace.queries.subscription_details.with_details``; no query but what it costs to know what is in
    force and what was sent lately."""
    told = enforcement_of_subscriptions([one for one in subscriptions if one.state in _HELD])
    keys = key_rows(actor, subscriptions, now)
    traffic = traffic_of(actor, subscriptions, keys, now)
    sparks = sparks_of(actor, subscriptions, now)
    rows = [_row(actor, one, told, keys.get(one.pk, ()), now) for one in subscriptions]
    return [
        replace(row, rotation=rotation_of(row.keys, traffic), spark=sparks.get(row.subscription.pk)) for row in rows
    ]


def _row(
    actor: Actor,
    one: Subscription,
    told: Mapping[int, Enforcement] | None,
    keys: Sequence[KeyRow],
    now: datetime,
) -> SubscriptionRow:
    request = next(iter(one.open_requests), None)
    holds = can(actor, Action.CREDENTIAL_ISSUE, one)
    approved = one.state == SubscriptionState.APPROVED
    may_issue = holds and approved and one.plan.authentication == Authentication.API_KEY
    successor = _successor(actor, one.version) if one.state in _HELD else None
    live = [key for key in keys if key.is_live]
    may_see = is_visible(actor, one.api)
    return SubscriptionRow(
        subscription=one,
        words=". ".join(
            part for part in (plan_words(one.plan), standing_words(one, request, now), end_words(one)) if part
        ),
        asked=_asked(one, request),
        api=one.api.title if may_see else "",
        api_url=reverse("catalog:api-detail", args=[one.api.slug]) if may_see else "",
        open_request=request,
        # A key says it for itself; what has none is said of the subscription.
        enforcement=_enforced(one, told) if one.state in _HELD and not live else None,
        keys=keys,
        acts=acts_of(actor, one, request),
        may_issue=may_issue,
        may_withdraw=request is not None and can(actor, Action.ACCESS_ANSWER, _about(request, one)),
        needs_key=may_issue and not live,
        move_url=_move_url(one, successor) if successor is not None else "",
        move_to=successor.name if successor is not None else "",
    )


def _about(request: AccessRequest, subscription: Subscription) -> AccessRequest:
    """The request with the subscription that was read already."""
    request.subscription = subscription
    return request


def _asked(one: Subscription, request: AccessRequest | None) -> str:
    if request is None or one.state == SubscriptionState.PENDING:
        return ""
    return (
        f"Change to {plan_words(request.plan)} requested by {request.requested_by_name}, waits for {owner_words(one)}"
    )


def _enforced(one: Subscription, told: Mapping[int, Enforcement] | None) -> EnforcementShown:
    return enforcement_shown(
        told.get(one.pk) if told is not None else None, subscription_url(one), is_refusal=is_refused(one)
    )


def acts_of(actor: Actor, one: Subscription, request: AccessRequest | None = None) -> list[Act]:
    """What the menu of the row offers: to its holders a change of plan, to the API's owners holding it up, to both its
    end."""
    acts = []
    if one.state not in _HELD:
        return acts
    approved = one.state == SubscriptionState.APPROVED
    if approved and request is None and can(actor, Action.ACCESS_REQUEST, one.application):
        acts.append(_act(one, "Change plan", "plan", "transfer"))
    if can(actor, Action.SUBSCRIPTION_HOLD, one):
        hold = ("Suspend", "suspend", "player-pause") if approved else ("Resume", "resume", "player-play")
        acts += [_act(one, *hold), _act(one, "Set its end", "expiry", "calendar-due")]
    if can(actor, Action.SUBSCRIPTION_END, one):
        acts.append(_act(one, "Revoke access", "revoke", "ban", is_dangerous=True))
    return acts


def _act(one: Subscription, title: str, name: str, icon: str, *, is_dangerous: bool = False) -> Act:
    return Act(title, reverse(f"marketplace:subscription-{name}", args=[one.public_id]), icon, is_dangerous)


def _successor(actor: Actor, version: APIVersion) -> APIVersion | None:
    """What comes after a deprecated version, where the access does not reach it already."""
    after = version.successor if version.lifecycle == Lifecycle.DEPRECATED else None
    if after is None or not is_visible(actor, after.api):
        return None
    is_covered = after.api_id == version.api_id and covers(version.name, after.name)
    return None if is_covered else after


def _move_url(one: Subscription, successor: APIVersion) -> str:
    asked = {"version": successor.name, "application": one.application.public_id}
    return f"{reverse('marketplace:get-access', args=[successor.api.slug])}?{urlencode(asked)}"
