"""Rate limits, told as the draft «RateLimit header fields for HTTP» (draft-ietf-httpapi-ratelimit-headers) has them.

A budget is a number of requests in a window of fixed length; whose budget it is (a token's, a person's, an address's)
is the actor's ``budget_key``. Counts live in Django's cache: in the memory of each web process by default, so that
N processes grant at most N times the budget, and shared by all with ``PORTICO_CACHE_URL``.
"""

import logging
from dataclasses import dataclass
from time import time

from django.conf import settings
from django.core.cache import cache
from redis import RedisError

log = logging.getLogger(__name__)

WINDOW_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Budget:
    """How many requests one caller has in a window; none are counted with a quota of 0."""

    name: str
    quota: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left of a budget after a request, and in how many seconds it is whole again."""

    budget: Budget
    used: int
    reset_seconds: int

    @property
    def exceeded(self) -> bool:
        return self.used > self.budget.quota

    def headers(self) -> dict[str, str]:
        remaining = max(self.budget.quota - self.used, 0)
        return {
            "RateLimit-Policy": f'"{self.budget.name}";q={self.budget.quota};w={WINDOW_SECONDS}',
            "RateLimit": f'"{self.budget.name}";r={remaining};t={self.reset_seconds}',
        }


def budget_for(*, authenticated: bool, publishes: bool) -> Budget:
    """The budget a request is charged to."""
    if not authenticated:
        return Budget("anonymous", settings.PORTICO_RATE_ANONYMOUS)
    if publishes:
        return Budget("publish", settings.PORTICO_RATE_PUBLISHES)
    return Budget("read", settings.PORTICO_RATE_READS)


def charge(budget: Budget, key: str) -> Standing | None:
    """Count one request and return what is left; ``None`` without a quota or while the shared cache is away.

    A limit that cannot be counted lets requests pass: the limit protects the portal, it does not permit anything.
    """
    if not budget.quota:
        return None
    window, elapsed = divmod(int(time()), WINDOW_SECONDS)
    name = f"rate:{budget.name}:{key}:{window}"
    try:
        cache.add(name, 0, WINDOW_SECONDS)
        used = cache.incr(name)
    except (RedisError, ValueError) as error:
        # ValueError: another process's eviction removed the count between the two calls.
        log.warning("a request was not counted against its rate limit: %s", error)
        return None
    return Standing(budget, used, WINDOW_SECONDS - elapsed)
