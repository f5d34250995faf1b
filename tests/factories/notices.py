"""The least valid notices, webhooks and deliveries; each call makes a new one."""

from datetime import datetime
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.deliveries.signing import new_secret
from accounts.models import Delivery, Notice, Team, User, Webhook
from accounts.notices import call
from accounts.webhook_secrets import sealed

_numbers = count(1)


def make_notice(user: User, **fields: Any) -> Notice:
    number = next(_numbers)
    values = {"kind": "webhook.disabled", "key": f"news-{number}", "title": f"News {number}", "url": "/notices/"}
    return Notice.objects.create(user=user, **{**values, **fields})


def make_webhook(
    team: Team | None = None, url: str = "https://hooks.example.com/portico", **fields: Any
) -> tuple[Webhook, str]:
    """A webhook and its secret."""
    webhook, secret = Webhook(team=team, url=url, created_by="Somebody", **fields), new_secret()
    webhook.secret = sealed(webhook, secret)
    webhook.save()
    return webhook, secret


def make_delivery(webhook: Webhook, now: datetime | None = None, **fields: Any) -> Delivery:
    delivery = call(webhook, "access.requested", f"call-{next(_numbers)}", {"api": "payments"}, now or timezone.now())
    for name, value in fields.items():
        setattr(delivery, name, value)
    delivery.save()
    return delivery
