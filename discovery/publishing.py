"""Publishing what rules want published, batch by batch, each in a transaction of its own."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.audit import Difference
from discovery.actors import discovery
from discovery.deciding import is_open, locked
from discovery.linking import groups_of
from discovery.locks import lock_publishing, lock_source
from discovery.models import DiscoveredService, SpecificationOutcome, State
from discovery.publication import publish_groups
from discovery.querysets import DiscoveredServiceQuerySet


@dataclass(frozen=True, slots=True)
class Published:
    """What one batch did: services published, how many of them wait with a specification, how many rows are left."""

    published: int = 0
    specifications: int = 0
    remaining: int = 0


def publish_pending(*, source_id: int, now: datetime, limit: int = 500) -> Published:
    """Publish up to ``limit`` pending services of the source as the system; safe to repeat and to be killed.

    What somebody decided about since is left alone, and so is what nobody owns unless its rule wants that.
    """
    with transaction.atomic():
        lock_publishing()
        lock_source(source_id)
        rows = list(locked(_pending(source_id))[:limit])
        wanted = [row for row in rows if is_open(row) and _has_owner(row)]
        publication = publish_groups(groups_of(wanted), actor=discovery(), now=now, because=_because)
        # Linked or refused: asked once, and again when a run or a rule says so.
        passed = {row.pk for row in rows} - {row.pk for row in publication.rows}
        DiscoveredService.objects.filter(pk__in=passed).update(is_pending=False)
        specifications = sum(row.specification_outcome == SpecificationOutcome.FOUND for row in publication.rows)
        return Published(len(publication.rows), specifications, _pending(source_id).count())


def _pending(source_id: int) -> DiscoveredServiceQuerySet:
    """What is not there waits until it is."""
    there = DiscoveredService.objects.exclude(state__in=[State.MISSING, State.RETIRED])
    return there.filter(source_id=source_id, is_pending=True)


def _has_owner(row: DiscoveredService) -> bool:
    has_own = row.service_id is not None or row.proposed_owner_id is not None
    return has_own or (row.rule is not None and row.rule.publishes_unowned)


def _because(row: DiscoveredService) -> Difference:
    return {"rule": (None, row.rule.name)} if row.rule is not None else {}
