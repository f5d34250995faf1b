"""A page of the portal gets a key of some minutes, to call the API in somebody's name."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.actor import Actor
from common.access import require
from marketplace.issuing import live_keys, locked, tell_gateways, write_key
from marketplace.models import Credential, CredentialPurpose, Subscription
from marketplace.permissions import Action

LIFETIME = timedelta(minutes=10)
#: Of one subscription. One more ends the oldest: a page that is reloaded leaves its key behind.
CONSOLE_KEYS_AT_MOST = 5


def issue_console_key(*, actor: Actor, subscription: Subscription, now: datetime) -> tuple[Credential, str]:
    """Return the row and the key, which exists nowhere else. It is not one of the two that an application has.

    Raises ``Conflict`` when the subscription is not approved or needs no key.
    """
    require(actor, Action.CREDENTIAL_ISSUE, subscription)
    with transaction.atomic():
        held = locked(subscription, now)
        live = live_keys(held, CredentialPurpose.CONSOLE, now)
        ended = live[: max(len(live) - CONSOLE_KEYS_AT_MOST + 1, 0)]
        Credential.objects.filter(pk__in=[key.pk for key in ended]).update(expires_at=now)
        end = now + LIFETIME
        credential, made = write_key(
            actor=actor,
            subscription=held,
            purpose=CredentialPurpose.CONSOLE,
            expires_at=min(end, held.expires_at or end),
            now=now,
            action="issued",
        )
        tell_gateways(held.api_id, [*ended, credential], now)
    return credential, made.secret
