"""Saying that a discovered service does not belong in the catalog."""

from collections.abc import Sequence
from datetime import datetime

from accounts.actor import Actor
from discovery.leaving_out import leave_out
from discovery.models import DiscoveredService, Verdict


def ignore_discovered(
    *, actor: Actor, discovered: Sequence[DiscoveredService], reason: str, now: datetime
) -> list[DiscoveredService]:
    """The rows that are ignored now and were not before; no run and no rule brings them back.

    A catalog service that one was a place of stays as it is. Raises ``Denied``, and ``Invalid`` without a reason.
    """
    return leave_out(Verdict.IGNORED, actor=actor, discovered=discovered, reason=reason, now=now)
