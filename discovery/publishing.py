"""Publishing what rules want published, batch by batch, each in a transaction of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.audit import Difference
from discovery.actors import discovery
from discovery.deciding import locked
from discovery.linking import groups_of
from discovery.locks import lock_publishing, lock_source
from discovery.models import DiscoveredService, SpecificationOutcome, Standing
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

    What somebody decided about since is left alone.
    """
    with transaction.atomic():
        lock_publishing()
        lock_source(source_id)
        groups = groups_of(locked(_wanted(source_id))[:limit])
        publication = publish_groups(groups, actor=discovery(), now=now, because=_because)
        specifications = sum(row.specification_outcome == SpecificationOutcome.FOUND for row in publication.rows)
        return Published(len(publication.rows), specifications, _wanted(source_id).count())


def publish_batches(source_id: int) -> Iterator[Published]:
    """Publish batch by batch until nothing pending is left, or a batch gets nowhere."""
    remaining = None
    while True:
        done = publish_pending(source_id=source_id, now=timezone.now())
        yield done
        if done.remaining == 0 or (remaining is not None and done.remaining >= remaining):
            return
        remaining = done.remaining


def _wanted(source_id: int) -> DiscoveredServiceQuerySet:
    """What a rule wants published, is there, and is open. What nobody owns waits until somebody does, unless its rule
    publishes that too."""
    owned = Q(service__isnull=False) | Q(proposed_owner__isnull=False) | Q(rule__publishes_unowned=True)
    pending = DiscoveredService.objects.filter(source_id=source_id, is_pending=True, missing_since=None)
    return pending.filter(owned, standing__in=[Standing.NEW, Standing.MATCHED])


def _because(row: DiscoveredService) -> Difference:
    return {"rule": (None, row.rule.name)} if row.rule is not None else {}
