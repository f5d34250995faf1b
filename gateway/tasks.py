"""What gateways leave to the background. Messages are nudges; the rows say who is silent, and which days are over."""

from datetime import UTC, timedelta
from typing import Any

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gateway.connected import leave_out_silent
from gateway.usage import partitions


@shared_task
def notice_silent(**_: Any) -> None:
    """Limits are divided among gateways that were heard of lately."""
    with transaction.atomic():
        leave_out_silent(timezone.now())


@shared_task
def keep_usage(**_: Any) -> None:
    """The days to come have room for usage, and those whose time is over are gone."""
    now = timezone.now()
    partitions.make_ahead(now)
    partitions.drop_before((now - timedelta(days=settings.PORTICO_USAGE_DAYS)).astimezone(UTC).date())
    partitions.forget_batches(now)
