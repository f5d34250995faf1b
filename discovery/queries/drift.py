"""Drift as people see it: only while it stands, and only against versions they may know of."""

from collections.abc import Sequence

from accounts.actor import Actor
from catalog.models import APIVersion
from catalog.querysets import is_visible
from discovery.models import DiscoveredService, SpecificationDrift, SpecificationOutcome, Standing


def drift_shown(row: DiscoveredService, actor: Actor) -> SpecificationDrift | None:
    """The drift of a row that comes with it and with its version's API; no query."""
    if row.specification_outcome != SpecificationOutcome.DIFFERS or row.standing != Standing.PUBLISHED:
        return None
    drift = getattr(row, "drift", None)
    return drift if drift is not None and is_visible(actor, drift.version.api) else None


def drifting_from(version: APIVersion) -> Sequence[SpecificationDrift]:
    """What runs and differs from the version, production first; one query."""
    rows = SpecificationDrift.objects.filter(
        version=version,
        discovered__specification_outcome=SpecificationOutcome.DIFFERS,
        discovered__standing=Standing.PUBLISHED,
        discovered__missing_since=None,
    )
    rows = rows.select_related("draft", "discovered__source", "discovered__environment", "discovered__service__owner")
    return list(rows.order_by("discovered__environment__position", "discovered__key")[:50])
