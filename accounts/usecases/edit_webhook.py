"""A webhook gets another address or other kinds, or is switched off or on."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import Difference, record
from accounts.models import Webhook
from accounts.permissions import Action
from accounts.webhook_values import checked_kinds, checked_url, origin_of
from common.access import require


def edit_webhook(
    *,
    actor: Actor,
    webhook: Webhook,
    url: str | None = None,
    kinds: Collection[str] | None = None,
    is_active: bool | None = None,
    now: datetime,
) -> list[str]:
    """Set what is given and return the names of what changed; raises ``Invalid`` by field.

    One that is switched on again has all of its patience again.
    """
    require(actor, Action.WEBHOOK_MANAGE, webhook.team)
    given: dict[str, object] = {}
    if url is not None:
        given["url"] = checked_url(url)
    if kinds is not None:
        given["kinds"] = checked_kinds(kinds)
    if is_active is not None:
        given["is_active"] = is_active
    with transaction.atomic():
        row = Webhook.objects.select_for_update().get(pk=webhook.pk)
        difference = {name: (getattr(row, name), value) for name, value in given.items() if getattr(row, name) != value}
        if not difference:
            return []
        changed = {name: after for name, (_before, after) in difference.items()}
        if changed.get("is_active"):
            changed |= {"disabled_reason": "", "failing_since": None}
        for name, value in changed.items():
            setattr(webhook, name, value)
        webhook.save(update_fields=list(changed))
        record(
            actor=actor,
            action="accounts.webhook.edited",
            obj=webhook,
            name=webhook.public_id,
            team_id=webhook.team_id,
            difference=_shown(difference),
            now=now,
        )
    return sorted(difference)


def _shown(difference: Difference) -> Difference:
    """Of addresses where they lead, since the rest of one may be a secret."""
    if "url" not in difference:
        return difference
    before, after = difference["url"]
    return {**difference, "url": (origin_of(before), origin_of(after))}
