"""What the marketplace leaves to the background. The rows say what is due; any run finds all of it."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from accounts.actor import system_actor
from marketplace.expiring import tell_of_what_expires
from marketplace.permissions import Action
from marketplace.usecases.expire_subscriptions import BATCH
from marketplace.usecases.expire_subscriptions import expire_subscriptions as expire

EXPIRY = system_actor("expiry", Action.SUBSCRIPTION_EXPIRE)


@shared_task
def expire_subscriptions(**_: Any) -> None:
    """No subscription is open whose end has come."""
    while expire(actor=EXPIRY, now=timezone.now()) == BATCH:
        pass


@shared_task
def tell_of_expiry(**_: Any) -> None:
    """Who holds a key or a subscription that ends within 14 days, or within 3, has been told of it once."""
    tell_of_what_expires(timezone.now())
