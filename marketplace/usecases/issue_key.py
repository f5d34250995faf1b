"""A subscription gets an API key."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from common.access import require
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


def issue_key(
    *, actor: Actor, subscription: Subscription, expires_at: datetime | None = None, now: datetime
) -> tuple[Credential, str]:
    """Return the row and the key, which exists nowhere else.

    Without ``expires_at`` it lives as long as the access does. Raises ``Invalid`` for an end that cannot be, and
    ``Conflict`` when the subscription is not approved, needs no key, or has two live ones.
    """
    require(actor, Action.CREDENTIAL_ISSUE, subscription)
    with transaction.atomic():
        held = locked(subscription, now)
        check_end(expires_at, held, now)
        refuse_a_third(live_keys(held, CredentialPurpose.APPLICATION, now))
        credential, made = write_key(
            actor=actor,
            subscription=held,
            purpose=CredentialPurpose.APPLICATION,
            expires_at=expires_at,
            now=now,
            action="issued",
        )
        send_at_commit(key_issued, credential)
        tell_gateways(held.api_id, [credential], now)
    return credential, made.secret
