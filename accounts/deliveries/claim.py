"""Which deliveries are due, and who sends them: a claim lasts some minutes, so a killed worker loses nothing.

The claim moves ``next_attempt_at`` on in one conditional statement; what comes of the attempt is written only where
the row still has the number of attempts that the claim made it.
"""

from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from accounts.models import DUE, Channel, Delivery

#: Longer than a batch may take.
LEASE = timedelta(minutes=5)
BATCH = 20
#: A webhook that does not answer delays others by no more than these.
PER_WEBHOOK = 2


def claim(channel: Channel, now: datetime) -> list[Delivery]:
    """Some deliveries that are due, each of them now ours; ``attempts`` counts the one that follows."""
    claimed = [pk for pk, attempts in _candidates(channel, now) if _take(pk, attempts, now)]
    rows = Delivery.objects.select_related("webhook__team", "notice__user").filter(pk__in=claimed)
    return list(rows.order_by("next_attempt_at", "pk"))


def ours(delivery: Delivery) -> QuerySet[Delivery]:
    """The row, as long as nobody claimed it again."""
    return Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts, state__in=DUE)


def _due(channel: Channel, now: datetime) -> QuerySet[Delivery]:
    # A webhook that is switched off keeps what waits until it is switched on again, or until it is too old.
    active = Q(webhook__isnull=True) | Q(webhook__is_active=True)
    return Delivery.objects.filter(active, channel=channel, state__in=DUE, next_attempt_at__lte=now)


def _candidates(channel: Channel, now: datetime) -> list[tuple[int, int]]:
    due = _due(channel, now)
    if channel == Channel.WEBHOOK:
        turn = Window(RowNumber(), partition_by="webhook_id", order_by=["next_attempt_at", "pk"])
        due = due.annotate(turn=turn).filter(turn__lte=PER_WEBHOOK)
    return list(due.order_by("next_attempt_at", "pk").values_list("pk", "attempts")[:BATCH])


def _take(pk: int, attempts: int, now: datetime) -> bool:
    free = Delivery.objects.filter(pk=pk, attempts=attempts, state__in=DUE, next_attempt_at__lte=now)
    return bool(free.update(attempts=F("attempts") + 1, next_attempt_at=now + LEASE))
