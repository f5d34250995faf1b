"""What the use cases about keys share: whether a subscription may have one, how many live, and how one is written.

A key is live from when it is made until it expires or is revoked. Its subscription is locked first, by everybody who
counts keys, so that two who issue one at once see each other's.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from accounts.actor import Actor
from accounts.audit import Difference, record
from common.errors import Conflict, Invalid
from marketplace.bounds import refuse_more_keys
from marketplace.generations import advance
from marketplace.keys import NewKey, new_key
from marketplace.models import Authentication, Credential, CredentialPurpose, Subscription, SubscriptionState

#: For rotation: the new key and the one it replaces.
LIVE_AT_MOST = 2

_REFUSED = {
    SubscriptionState.PENDING: "This subscription waits for approval. A key can be issued once it is approved.",
    SubscriptionState.SUSPENDED: (
        "This subscription is suspended. A key can be issued once the team that owns the API resumes it."
    ),
    SubscriptionState.REJECTED: "This access was rejected. Request access again to get a key.",
    SubscriptionState.REVOKED: "This access was revoked. Request access again to get a key.",
    SubscriptionState.EXPIRED: "This access has expired. Request access again to get a key.",
}


def locked(subscription: Subscription, now: datetime) -> Subscription:
    """The subscription, held until the transaction ends, with what a key needs to know; raises ``Conflict`` with what
    to do where it can have no key: it is not approved, has ended, or its plan needs none."""
    found = (
        Subscription.objects.select_for_update(no_key=True, of=("self",))
        .select_related("application__environment", "plan", "api", "version")
        .get(pk=subscription.pk)
    )
    if found.state != SubscriptionState.APPROVED:
        raise Conflict(_REFUSED[SubscriptionState(found.state)])
    if found.expires_at is not None and found.expires_at <= now:
        raise Conflict(_REFUSED[SubscriptionState.EXPIRED])
    if found.plan.authentication != Authentication.API_KEY:
        raise Conflict(f"The plan {found.plan.title} needs no key. Call the API without one.")
    return found


def live_keys(subscription: Subscription, purpose: CredentialPurpose, now: datetime) -> list[Credential]:
    """The keys of that purpose that are neither expired nor revoked, the oldest first."""
    found = Credential.objects.filter(subscription=subscription, purpose=purpose).live(now)
    return list(found.order_by("created_at", "pk"))


def refuse_a_third(live: Sequence[Credential]) -> None:
    """Raise ``Conflict`` when as many keys are live as may be; it says which, and what to do."""
    if len(live) < LIVE_AT_MOST:
        return
    named = " and ".join(f"{key} ({_ends(key)})" for key in live)
    raise Conflict(
        f"Two keys of this subscription are live: {named}. Revoke one of them, or wait until one ends.",
        credentials=[key.public_id for key in live],
    )


def check_end(expires_at: datetime | None, subscription: Subscription, now: datetime) -> None:
    """Raise ``Invalid`` for an end that has passed, or that is after the end of the access."""
    if expires_at is None:
        return
    if expires_at <= now:
        raise Invalid({"expires_at": "This time has passed."})
    if subscription.expires_at is not None and expires_at > subscription.expires_at:
        raise Invalid({"expires_at": f"The access itself ends on {_moment(subscription.expires_at)}."})


def write_key(
    *,
    actor: Actor,
    subscription: Subscription,
    purpose: CredentialPurpose,
    expires_at: datetime | None,
    now: datetime,
    action: str,
    difference: Difference | None = None,
) -> tuple[Credential, NewKey]:
    """The row of a new key, with its record in the audit trail; gateways are told of it by ``tell_gateways``.

    Raises ``Conflict`` where too many were made.
    """
    refuse_more_keys(actor, subscription, now)
    made = new_key(subscription.application.environment.slug)
    credential = Credential.objects.create(
        subscription=subscription,
        purpose=purpose,
        digest=made.digest,
        prefix=made.prefix,
        last_four=made.last_four,
        created_at=now,
        created_by_id=actor.user_id,
        created_by_name=actor.name[:200],
        expires_at=expires_at,
    )
    stated: Difference = {
        "purpose": (None, purpose.value),
        "expires_at": (None, expires_at and expires_at.isoformat()),
        **(difference or {}),
    }
    record_key(actor=actor, credential=credential, action=action, difference=stated, now=now)
    return credential, made


def record_key(
    *, actor: Actor, credential: Credential, action: str, now: datetime, difference: Difference | None = None
) -> None:
    """A line of the audit trail, for the team that holds the application; the key by what may be shown of it."""
    subscription = credential.subscription
    record(
        actor=actor,
        action=f"marketplace.credential.{action}",
        obj=credential,
        name=f"{credential} of {subscription.application.name} for {subscription.api.slug}",
        team_id=subscription.application.team_id,
        difference={"subscription": (None, subscription.public_id), **(difference or {})},
        now=now,
    )


def tell_gateways(api_id: int, credentials: Sequence[Credential], now: datetime) -> None:
    """Gateways have to follow what became of these keys; the last that a transaction does."""
    generation = advance([api_id], now)
    Credential.objects.filter(pk__in=[key.pk for key in credentials]).update(generation=generation)
    for credential in credentials:
        credential.generation = generation


def send_at_commit(signal: Signal, credential: Credential) -> None:
    transaction.on_commit(partial(signal.send_robust, Credential, credential_id=credential.pk))


def _ends(credential: Credential) -> str:
    if credential.expires_at is not None:
        return f"ends on {_moment(credential.expires_at)}"
    return f"made on {_moment(credential.created_at)}"


def _moment(value: datetime) -> str:
    return f"{timezone.localtime(value):%-d %b %Y, %H:%M %Z}"
