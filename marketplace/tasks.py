"""What the marketplace leaves to the background. The rows say what is due; any run finds all of it."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from accounts.actor import system_actor
from marketplace.permissions import Action
from marketplace.usecases.expire_subscriptions import BATCH
from marketplace.usecases.expire_subscriptions import expire_subscriptions as expire

EXPIRY = system_actor("expiry", Action.SUBSCRIPTION_EXPIRE)


@shared_task
def expire_subscriptions(**_: Any) -> None:
    """No subscription is open whose end has come."""
    while expire(actor=EXPIRY, now=timezone.now()) == BATCH:
        pass
