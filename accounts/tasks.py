"""Notices on their way out, and housekeeping of people's data, nudged by beat."""

import time
from importlib import import_module
from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts.deliveries.engine import deliver
from accounts.deliveries.retention import purge_old_notices

# Other work waits behind it; what is left is found again by the next nudge.
DELIVERY_SECONDS = 20


@shared_task
def purge_expired_sessions(**_: Any) -> None:
    """No session row is left whose time is over. The rows themselves say what is due, so any run finds all of it."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@shared_task(soft_time_limit=DELIVERY_SECONDS + 120, time_limit=DELIVERY_SECONDS + 150)
def deliver_due(**_: Any) -> None:
    """Notices by mail and events to webhooks that are due have been attempted, as many as there was time for."""
    deliver(timezone.now, time.monotonic() + DELIVERY_SECONDS)


@shared_task
def purge_notices(**_: Any) -> None:
    """No notice and no delivery is left that is older than the site keeps them."""
    purge_old_notices(timezone.now())
