"""The agent of a gateway gets another token."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from common.access import require
from gateway.models import Gateway
from gateway.permissions import Action
from gateway.tokens import new_secret
from marketplace.generations import advance


def rotate_gateway_token(*, actor: Actor, gateway: Gateway, now: datetime) -> str:
    """The new token, which cannot be read again. The old one opens nothing from now on: Envoy goes on with what it
    has, and hears of changes again when its agent has the new one."""
    require(actor, Action.GATEWAY_MANAGE, gateway)
    secret = new_secret()
    with transaction.atomic():
        gateway.token_digest, gateway.token_prefix = secret.digest, secret.prefix
        gateway.save(update_fields=["token_digest", "token_prefix"])
        record(
            actor=actor,
            action="gateway.gateway.token_rotated",
            obj=gateway,
            name=gateway.slug,
            team_id=gateway.team_id,
            now=now,
        )
        # Who waits with the old one is woken, and refused.
        advance([], now)
    return secret.secret
