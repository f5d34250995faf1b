"""A token opens no door any more."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.models import ApiToken
from accounts.permissions import Action
from common.access import require


def revoke_token(*, actor: Actor, token: ApiToken, now: datetime) -> None:
    """The token is refused from now on; nothing happens to one that has been revoked before."""
    require(actor, Action.TOKEN_REVOKE, token)
    with transaction.atomic():
        if not ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now):
            return
        token.revoked_at = now
        record(actor=actor, action="accounts.token.revoked", obj=token, name=token.name, team_id=token.team_id, now=now)
