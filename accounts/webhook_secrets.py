"""The secrets of webhooks, sealed in their rows."""

from datetime import datetime

from django.conf import settings

from accounts.models import Webhook
from common.errors import Conflict
from common.secrets import seal, unseal


def sealed(webhook: Webhook, secret: str) -> str:
    """The secret as the row of this webhook keeps it; raises ``Conflict`` where there is no key to seal with."""
    if not settings.PORTICO_SECRETS_KEYS:
        raise Conflict("Set PORTICO_SECRETS_KEY first: without it no secret is stored.")
    return seal(secret, place=_place(webhook), keys=settings.PORTICO_SECRETS_KEYS)


def signing_secrets(webhook: Webhook, now: datetime) -> list[str]:
    """Those that sign at that moment, the newest first; raises ``CannotOpen``."""
    texts = [webhook.secret]
    if webhook.old_secret and webhook.old_secret_until and now < webhook.old_secret_until:
        texts.append(webhook.old_secret)
    return [unseal(text, place=_place(webhook), keys=settings.PORTICO_SECRETS_KEYS) for text in texts]


def _place(webhook: Webhook) -> str:
    return f"accounts.webhook:{webhook.public_id}:secret"
