"""During a rotation: the older key ends at another time."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from common.access import require
from common.errors import Conflict, Invalid
from marketplace.issuing import check_end, live_keys, locked, record_key, tell_gateways
from marketplace.models import Credential, CredentialPurpose
from marketplace.permissions import Action
from marketplace.usecases.rotate_key import OVERLAP_AT_MOST


def change_overlap(*, actor: Actor, credential: Credential, expires_at: datetime, now: datetime) -> None:
    """The older of two live keys works until ``expires_at``, at most 30 days from now.

    Raises ``Invalid`` for an end that cannot be, and ``Conflict`` for any other key.
    """
    subscription = credential.subscription
    require(actor, Action.CREDENTIAL_ISSUE, subscription)
    with transaction.atomic():
        held = locked(subscription, now)
        check_end(expires_at, held, now)
        if expires_at > now + OVERLAP_AT_MOST:
            raise Invalid({"expires_at": f"Two keys work together for at most {OVERLAP_AT_MOST.days} days from now."})
        live = live_keys(held, CredentialPurpose.APPLICATION, now)
        if len(live) < 2 or live[0].pk != credential.pk:
            raise Conflict("Only the older of two live keys has an overlap. Rotate the key to begin one.")
        older = live[0]
        older.subscription, before = held, older.expires_at
        if before == expires_at:
            return
        older.expires_at = credential.expires_at = expires_at
        older.save(update_fields=["expires_at"])
        record_key(
            actor=actor,
            credential=older,
            action="overlap_changed",
            difference={"expires_at": (before and before.isoformat(), expires_at.isoformat())},
            now=now,
        )
        tell_gateways(held.api_id, [older], now)
        credential.generation = older.generation
