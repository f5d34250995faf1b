"""A new key takes the place of the one in use, and both work for a while."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.actor import Actor
from common.access import require
from common.errors import Conflict, Invalid
from marketplace.issuing import (
    check_end,
    live_keys,
    locked,
    refuse_a_third,
    send_at_commit,
    tell_gateways,
    write_key,
)
from marketplace.models import Credential, CredentialPurpose, Subscription
from marketplace.permissions import Action
from marketplace.signals import key_issued

OVERLAP = timedelta(hours=24)
OVERLAP_AT_MOST = timedelta(days=30)


def rotate_key(
    *,
    actor: Actor,
    subscription: Subscription,
    overlap: timedelta = OVERLAP,
    expires_at: datetime | None = None,
    now: datetime,
) -> tuple[Credential, str]:
    """Return the row of the new key and the key, which exists nowhere else; the older one ends after ``overlap``, or
    before where it would have.

    Raises ``Invalid`` for an overlap outside 0 to 30 days and an end that cannot be; ``Conflict`` as ``issue_key``
    does, and when there is no live key to rotate.
    """
    require(actor, Action.CREDENTIAL_ISSUE, subscription)
    if not timedelta(0) <= overlap <= OVERLAP_AT_MOST:
        raise Invalid({"overlap_seconds": f"Use 0 to {int(OVERLAP_AT_MOST.total_seconds()):,} seconds."})
    with transaction.atomic():
        held = locked(subscription, now)
        check_end(expires_at, held, now)
        live = live_keys(held, CredentialPurpose.APPLICATION, now)
        refuse_a_third(live)
        if not live:
            raise Conflict("This subscription has no live key to rotate. Issue one.")
        older = live[0]
        end = min(older.expires_at or now + overlap, now + overlap)
        Credential.objects.filter(pk=older.pk).update(expires_at=end)
        credential, made = write_key(
            actor=actor,
            subscription=held,
            purpose=CredentialPurpose.APPLICATION,
            expires_at=expires_at,
            now=now,
            action="rotated",
            difference={"replaces": (None, str(older)), "both_work_until": (None, end.isoformat())},
        )
        send_at_commit(key_issued, credential)
        tell_gateways(held.api_id, [older, credential], now)
    return credential, made.secret
