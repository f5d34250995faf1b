"""A team, or the site, has its events sent to an address."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.deliveries.signing import new_secret
from accounts.models import Team, Webhook
from accounts.permissions import Action
from accounts.webhook_secrets import sealed
from accounts.webhook_values import MAX_WEBHOOKS, checked_kinds, checked_url, origin_of
from common.access import require
from common.errors import Conflict
from common.locks import lock_until_commit


def add_webhook(
    *, actor: Actor, team: Team | None, url: str, kinds: Collection[str] = (), now: datetime
) -> tuple[Webhook, str]:
    """Return the webhook and its secret, which is never shown again; without kinds it is told of everything.

    Raises ``Invalid`` by field, and ``Conflict`` where there are too many or no secret can be stored.
    """
    require(actor, Action.WEBHOOK_MANAGE, team)
    webhook = Webhook(
        team=team, url=checked_url(url), kinds=checked_kinds(kinds), created_at=now, created_by=actor.name[:200]
    )
    secret = new_secret()
    webhook.secret = sealed(webhook, secret)
    with transaction.atomic():
        lock_until_commit(f"accounts.webhooks:{team.pk if team else 'site'}")
        if Webhook.objects.filter(team=team).count() >= MAX_WEBHOOKS:
            raise Conflict(f"There are {MAX_WEBHOOKS} webhooks already. Remove one first.")
        webhook.save(force_insert=True)
        record(
            actor=actor,
            action="accounts.webhook.added",
            obj=webhook,
            name=webhook.public_id,
            team_id=webhook.team_id,
            difference={"url": ("", origin_of(webhook.url)), "kinds": ([], webhook.kinds)},
            now=now,
        )
    return webhook, secret
