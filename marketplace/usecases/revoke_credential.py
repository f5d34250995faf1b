"""A key opens no door any more."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from common.access import require
from marketplace.issuing import record_key, send_at_commit, tell_gateways
from marketplace.models import Credential, Subscription
from marketplace.permissions import Action
from marketplace.signals import key_revoked


def revoke_credential(*, actor: Actor, credential: Credential, now: datetime) -> None:
    """Gateways are told to refuse the key from now on; nothing happens to one that has been revoked before."""
    require(actor, Action.CREDENTIAL_REVOKE, credential)
    with transaction.atomic():
        # Whoever ends the whole access holds it too, and comes to its keys last.
        Subscription.objects.select_for_update(no_key=True).only("pk").get(pk=credential.subscription_id)
        revoked = {"revoked_at": now, "revoked_by_name": actor.name[:200]}
        if not Credential.objects.filter(pk=credential.pk, revoked_at=None).update(**revoked):
            credential.refresh_from_db(fields=["revoked_at", "revoked_by_name", "generation"])
            return
        credential.revoked_at, credential.revoked_by_name = now, actor.name[:200]
        record_key(actor=actor, credential=credential, action="revoked", now=now)
        send_at_commit(key_revoked, credential)
        tell_gateways(credential.subscription.api_id, [credential], now)
