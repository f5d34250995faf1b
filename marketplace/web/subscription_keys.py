"""The keys of subscriptions as rows: what they are recognised by, how they stand, and whether they are in force."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.actor import Actor
from common.access import can
from common.web.words import counted
from marketplace.credentials import KeyState, ends_at, state_of
from marketplace.models import Credential, Subscription
from marketplace.permissions import Action
from marketplace.queries.enforcement import enforcement_of_credentials
from marketplace.questions import Enforcement
from marketplace.web.application_list import EXPIRES_SOON
from marketplace.web.enforcement import EnforcementShown, enforcement_shown, is_key_refused, key_url


@dataclass(frozen=True, slots=True)
class KeyRow:
    """``state`` is live, expired or revoked; ``ends_at`` its own end or that of the access, whichever is sooner;
    ``ends_words`` how far off it is, where it ends soon: «in 6 days»."""

    credential: Credential
    state: KeyState
    ends_at: datetime | None
    ends_soon: bool
    enforcement: EnforcementShown
    may_revoke: bool
    ends_words: str = ""

    @property
    def is_live(self) -> bool:
        return self.state == KeyState.LIVE


@dataclass(frozen=True, slots=True)
class Rotation:
    """Two keys work until ``until``, when the older one, ``older``, ends; ``None``: nobody said when. ``share`` is how
    much of the traffic came with the older one in the last hour, in percent; ``None``: none came, or nobody knows."""

    older: Credential
    until: datetime | None
    may_change: bool
    share: int | None = None


def key_rows(actor: Actor, subscriptions: Collection[Subscription], now: datetime) -> Mapping[int, list[KeyRow]]:
    """The ``shown_keys`` of each subscription, by its primary key; no query but what it costs to know what is in
    force."""
    credentials = [_with(credential, one) for one in subscriptions for credential in one.shown_keys]
    rows: defaultdict[int, list[KeyRow]] = defaultdict(list)
    for row in application_key_rows(actor, credentials, now):
        rows[row.credential.subscription_id].append(row)
    return rows


def application_key_rows(actor: Actor, credentials: Sequence[Credential], now: datetime) -> list[KeyRow]:
    """Each credential comes with its subscription and that one's application."""
    told = enforcement_of_credentials(credentials) if credentials else None
    return [_row(actor, one, told, now) for one in credentials]


def rotation_of(rows: Sequence[KeyRow], traffic: Mapping[int, int]) -> Rotation | None:
    """What is said between two keys of a subscription that both work; ``None`` where fewer do. ``traffic`` are the
    requests of the last hour by key."""
    live = sorted((row for row in rows if row.is_live), key=lambda row: (row.credential.created_at, row.credential.pk))
    if len(live) < 2:
        return None
    older = live[0]
    together = sum(traffic.get(row.credential.pk, 0) for row in live)
    share = round(100 * traffic.get(older.credential.pk, 0) / together) if together else None
    return Rotation(older.credential, older.ends_at, may_change=older.may_revoke, share=share)


def _with(credential: Credential, subscription: Subscription) -> Credential:
    """The credential with the subscription that was read already."""
    credential.subscription = subscription
    return credential


def _row(actor: Actor, one: Credential, told: Mapping[int, Enforcement] | None, now: datetime) -> KeyRow:
    state, end = state_of(one, now), ends_at(one)
    enforcement = enforcement_shown(
        told.get(one.pk) if told is not None else None, key_url(one), is_refusal=is_key_refused(one, now)
    )
    ends_soon = state == KeyState.LIVE and end is not None and end <= now + EXPIRES_SOON
    return KeyRow(
        credential=one,
        state=state,
        ends_at=end,
        ends_soon=ends_soon,
        ends_words=_ahead(end - now) if ends_soon else "",
        enforcement=enforcement,
        may_revoke=state == KeyState.LIVE and can(actor, Action.CREDENTIAL_REVOKE, one),
    )


def _ahead(left: timedelta) -> str:
    """«in 6 days», in the unit that says enough."""
    minutes = max(int(left.total_seconds() // 60), 1)
    if minutes >= 2 * 24 * 60:
        return f"in {minutes // (24 * 60)} days"
    return f"in {counted(minutes // 60, 'hour,hours')}" if minutes >= 60 else f"in {counted(minutes, 'minute,minutes')}"
