"""Saying that a discovered service is gone for good."""

from collections.abc import Sequence
from datetime import datetime

from accounts.actor import Actor
from discovery.leaving_out import leave_out
from discovery.models import DiscoveredService, Verdict


def retire_discovered(
    *, actor: Actor, discovered: Sequence[DiscoveredService], reason: str, now: datetime
) -> list[DiscoveredService]:
    """The rows that are retired now and were not before, also when a run sees them again.

    A catalog service that one was a place of keeps it, as a retired one. Raises ``Denied``, and ``Invalid`` without a
    reason.
    """
    return leave_out(Verdict.RETIRED, actor=actor, discovered=discovered, reason=reason, now=now)
