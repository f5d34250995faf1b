"""Delivering what is due, batch after batch, for as long as there is time. Nothing is sent within a transaction."""

import time
from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from accounts.deliveries.calls import Post, call_all
from accounts.deliveries.claim import claim
from accounts.deliveries.mails import mail_all
from accounts.deliveries.outcome import store
from accounts.models import Channel
from common.http.client import post


def deliver(now: Callable[[], datetime], until: float, send: Post = post) -> int:
    """Attempt what is due until nothing is, or until that moment of ``time.monotonic()``; return how much was."""
    count = 0
    while time.monotonic() < until:
        done = _mail_batch(now) + _call_batch(now, send)
        if not done:
            break
        count += done
    return count


def _mail_batch(now: Callable[[], datetime]) -> int:
    claimed = claim(Channel.MAIL, now()) if settings.PORTICO_MAIL_IS_ON else []
    for delivery, outcome in mail_all(claimed) if claimed else ():
        store(delivery, outcome, now())
    return len(claimed)


def _call_batch(now: Callable[[], datetime], send: Post) -> int:
    claimed = claim(Channel.WEBHOOK, now())
    for delivery, outcome in call_all(claimed, now(), send) if claimed else ():
        store(delivery, outcome, now())
    return len(claimed)
