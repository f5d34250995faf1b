"""What came of an attempt, written down: the delivery's state, and what follows for its webhook."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.actor import system_actor
from accounts.audit import record
from accounts.deliveries.claim import ours
from accounts.deliveries.schedule import next_attempt
from accounts.models import Delivery, DeliveryState, Membership, Role, TeamRole, User, Webhook
from accounts.notice_kinds import WEBHOOK_DISABLED
from accounts.notices import News, notify

#: A webhook that answered nothing good for so long is switched off.
PATIENCE = timedelta(days=5)
_DELIVERIES = system_actor("deliveries")


@dataclass(frozen=True, slots=True)
class Outcome:
    """``status`` is HTTP's or SMTP's, ``error`` a sentence of ours; ``is_final``: trying again would not help."""

    is_sent: bool
    status: int | None = None
    error: str = ""
    is_final: bool = False
    is_gone: bool = False


def store(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    """The delivery is as the attempt left it, unless somebody else took it over in between."""
    with transaction.atomic():
        if not ours(delivery).update(**_values(delivery, outcome, now)):
            return
        if delivery.webhook is not None:
            _tell_webhook(delivery.webhook, outcome, now)


def _values(delivery: Delivery, outcome: Outcome, now: datetime) -> dict[str, object]:
    said = {"last_status": outcome.status, "last_error": outcome.error[:200]}
    if outcome.is_sent:
        return {**said, "state": DeliveryState.SENT, "sent_at": now}
    again = None if outcome.is_final or outcome.is_gone else next_attempt(delivery.attempts, now)
    if again is None:
        return {**said, "state": DeliveryState.GIVEN_UP}
    return {**said, "state": DeliveryState.FAILED, "next_attempt_at": again}


def _tell_webhook(webhook: Webhook, outcome: Outcome, now: datetime) -> None:
    row = Webhook.objects.filter(pk=webhook.pk)
    if outcome.is_sent:
        row.update(last_success_at=now, failing_since=None)
        return
    row.update(last_failure_at=now, failing_since=Coalesce("failing_since", now))
    if outcome.is_gone:
        _switch_off(webhook, "It answered 410, which means that it is gone.", now)
    elif row.filter(failing_since__lte=now - PATIENCE).exists():
        _switch_off(webhook, "Nothing reached it for 5 days.", now)


def _switch_off(webhook: Webhook, reason: str, now: datetime) -> None:
    if not Webhook.objects.filter(pk=webhook.pk, is_active=True).update(is_active=False, disabled_reason=reason):
        return
    record(
        actor=_DELIVERIES,
        action="accounts.webhook.switched_off",
        obj=webhook,
        name=webhook.public_id,
        team_id=webhook.team_id,
        difference={"is_active": (True, False), "disabled_reason": ("", reason)},
        now=now,
    )
    news = News(
        kind=WEBHOOK_DISABLED,
        key=f"{WEBHOOK_DISABLED}:{webhook.public_id}:{now.isoformat()}",
        title=f"A webhook of {webhook.team.title if webhook.team else 'the site'} was switched off",
        text=f"{reason} Nothing is sent to it until somebody switches it on again.",
        url=reverse("accounts:webhook", args=[webhook.public_id]),
    )
    notify(news, users=_who_looks_after(webhook), webhooks_of=None, now=now)


def _who_looks_after(webhook: Webhook) -> list[int]:
    if webhook.team_id is None:
        return list(User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).values_list("pk", flat=True))
    maintainers = Membership.objects.filter(team=webhook.team_id, role=TeamRole.MAINTAINER)
    return list(maintainers.values_list("user_id", flat=True))
