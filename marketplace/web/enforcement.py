"""Since when gateways do what was decided here, as a page says it: one line, the reasons below, a line a gateway.

A page that shows something on its way asks again by itself until every gateway answered, a bounded number of times:
the answer carries the next question, or none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from common.web.words import long_day
from marketplace.credentials import KeyState, state_of
from marketplace.models import Credential, Subscription, SubscriptionState
from marketplace.questions import Enforcement, GatewayWord

#: How often a page asks in all, and after how many seconds: often at first, since a gateway takes less than a second.
ASKED_AT_MOST = 40
_QUICK, _QUICKLY, _SLOWLY = 15, 1, 4

_REASONS: dict[str, Callable[[GatewayWord], str]] = {
    "waiting": lambda word: f"waits for {word.title}",
    "refused": lambda word: f"{word.title} refused it: {word.note}" if word.note else f"{word.title} refused it",
    "out_of_contact": lambda word: f"{word.title} out of contact, last known: {_last_known(word.since)}",
    "no_route": lambda word: f"{word.title} has no route to this API",
}


@dataclass(frozen=True, slots=True)
class GatewayLine:
    title: str
    words: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class EnforcementShown:
    """What ``templates/marketplace/_enforcement.html`` shows. ``state`` is one of the enforcement badges.

    ``again_url`` is where the page asks next, in ``again_seconds``; empty when there is nothing to wait for.
    """

    state: str
    done: int = 0
    all: str = ""
    since: str = ""
    reasons: tuple[str, ...] = ()
    gateways: tuple[GatewayLine, ...] = ()
    again_url: str = ""
    again_seconds: int = 0


def enforcement_shown(
    enforcement: Enforcement | None, url: str = "", *, is_refusal: bool = False, asked: int = 0
) -> EnforcementShown:
    """How the answer reads; ``url`` is where to ask again, ``asked`` how often that was done.

    ``is_refusal``: what is in force is that something is refused, such as a revoked key.
    """
    if enforcement is None:
        return EnforcementShown("")
    if not enforcement.count:
        return EnforcementShown("unserved", reasons=("no gateway serves this environment",))
    waits = any(word.state == "waiting" for word in enforcement.gateways)
    asks = bool(url) and waits and asked < ASKED_AT_MOST
    return EnforcementShown(
        state=_state(enforcement, waits=waits, is_refusal=is_refusal),
        done=enforcement.count_in_force,
        all=str(enforcement.count),
        since=_clock(enforcement.since).removeprefix(" since ") if enforcement.is_everywhere else "",
        reasons=tuple(_reason(word) for word in enforcement.gateways if word.state != "in_force"),
        gateways=tuple(
            GatewayLine(word.title, _line(word, is_refusal=is_refusal), word.state == "in_force")
            for word in enforcement.gateways
        ),
        again_url=f"{url}?asked={asked + 1}" if asks else "",
        again_seconds=_QUICKLY if asked < _QUICK else _SLOWLY,
    )


def subscription_url(subscription: Subscription) -> str:
    """Where a page asks again whether a subscription is in force."""
    return reverse("marketplace:subscription-enforcement", args=[subscription.public_id])


def key_url(credential: Credential) -> str:
    """Where a page asks again whether a key is in force."""
    return reverse("marketplace:key-enforcement", args=[credential.public_id])


def is_refused(subscription: Subscription) -> bool:
    """Whether what gateways have to do about the subscription is to let nobody in."""
    return subscription.state not in (SubscriptionState.APPROVED, SubscriptionState.PENDING)


def is_key_refused(credential: Credential, now: datetime) -> bool:
    """The same of a key: it is over, or its subscription opens nothing."""
    return state_of(credential, now) != KeyState.LIVE or is_refused(credential.subscription)


def _state(enforcement: Enforcement, *, waits: bool, is_refusal: bool) -> str:
    if enforcement.is_everywhere:
        return "refused" if is_refusal else "everywhere"
    if is_refusal:
        return "refusing" if waits else "refused_partly"
    if waits:
        return "waiting"
    return "partly" if enforcement.count_in_force else "nowhere"


def _reason(word: GatewayWord) -> str:
    return _REASONS[word.state](word)


def _line(word: GatewayWord, *, is_refusal: bool) -> str:
    if word.state == "in_force":
        done = "refused" if is_refusal else "in force"
        return f"{done}{_clock(word.since)}{_note(word.note)}"
    return _reason(word).removeprefix(f"{word.title} ")


def _last_known(since: datetime | None) -> str:
    return f"acknowledged{_clock(since).replace(' since ', ' at ', 1)}" if since else "not acknowledged"


def _note(note: str) -> str:
    return f", {note}" if note else ""


def _clock(moment: datetime | None) -> str:
    """« since 14:02:11», with the day when it is not today's."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    day = "" if local.date() == timezone.localdate() else f"{long_day(local.date())} "
    return f" since {day}{local:%H:%M:%S}"
