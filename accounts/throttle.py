"""How often signing in may fail: per account from one network, and per network over all accounts.

Each attempt is a row before the password is looked at, so that attempts at the same time in several processes count
each other. A username is kept as its digest only, because people type passwords into that field.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from accounts.models import SignInAttempt
from common.addresses import network_of
from common.errors import Throttled

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 5
PER_NETWORK = 50


@dataclass(frozen=True, slots=True)
class _Limit:
    field: str
    most: int


_LIMITS = (_Limit("account", PER_ACCOUNT), _Limit("network", PER_NETWORK))


def reserve(username: str, address: str | None, now: datetime) -> SignInAttempt:
    """Count one attempt, failed until ``forget`` says otherwise; raises ``Throttled`` when there were too many."""
    SignInAttempt.objects.filter(at__lt=now - WINDOW).delete()
    network = network_of(address)
    account = hashlib.sha256(f"{username.lower()}\n{network}".encode()).hexdigest()
    attempt = SignInAttempt.objects.create(account=account, network=network, at=now)
    for limit in _LIMITS:
        same = SignInAttempt.objects.filter(**{limit.field: getattr(attempt, limit.field)})
        times = list(same.order_by("-at", "-id").values_list("at", flat=True)[: limit.most + 1])
        if len(times) > limit.most:
            # A refused attempt does not count, or somebody who keeps trying would never get in again.
            attempt.delete()
            raise _throttled(times[limit.most], now)
    return attempt


def forget(attempt: SignInAttempt) -> None:
    """The attempt succeeded: the account's failures from this network are forgotten."""
    SignInAttempt.objects.filter(account=attempt.account).delete()


def _throttled(oldest: datetime, now: datetime) -> Throttled:
    seconds = max(1, ceil((oldest + WINDOW - now).total_seconds()))
    minutes = ceil(seconds / 60)
    when = "in a minute" if minutes == 1 else f"in {minutes} minutes"
    return Throttled(f"Too many failed attempts. Try again {when}.", retry_after=seconds)
