"""Notices and deliveries that are too old go, some thousand a statement, so that nobody waits long for a lock."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import Delivery, Notice

_BATCH = 5_000


def purge_old_notices(now: datetime) -> int:
    """Nothing older than ``PORTICO_NOTICE_DAYS`` is left; return how many rows went."""
    before = now - timedelta(days=settings.PORTICO_NOTICE_DAYS)
    return sum(_purge(model.objects.filter(created_at__lt=before)) for model in (Delivery, Notice))


def _purge(rows: QuerySet) -> int:
    count = 0
    while batch := list(rows.values_list("pk", flat=True)[:_BATCH]):
        count += rows.model.objects.filter(pk__in=batch).delete()[0]
    return count
