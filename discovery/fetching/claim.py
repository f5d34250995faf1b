"""Who looks at which services: leases on their rows, judged by the database's clock."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from common.locks import lock_until_commit
from discovery.fetching.due import there
from discovery.models import SpecificationFetch

#: Several times what a batch may take; a worker that is gone by then has left nothing behind but its leases.
LEASE = timedelta(seconds=900)
BATCH = 20
#: At one source by all workers together.
AT_ONCE_PER_SOURCE = 40


@dataclass(frozen=True, slots=True)
class Claimed:
    """The right to write what came of looking at this service, for as long as its row has this generation."""

    discovered_id: int
    generation: int


def sources_due() -> list[int]:
    """The ids of sources with services that are due and at which nobody works."""
    ids = _due().order_by().values_list("discovered__source_id", flat=True).distinct()
    return list(ids[:1_000])


def claim(source_id: int) -> list[Claimed]:
    """Services of the source that are due, now ours; empty when there is none, or enough workers are at it."""
    with transaction.atomic():
        lock_until_commit(f"discovery.fetching:{source_id}")
        leased = SpecificationFetch.objects.filter(discovered__source=source_id, lease_until__gte=Now()).count()
        free = min(BATCH, AT_ONCE_PER_SOURCE - leased)
        if free <= 0:
            return []
        rows = _due().filter(discovered__source=source_id).order_by("due_at", "pk")
        ids = list(rows.values_list("pk", flat=True)[:free])
        _rows(ids).update(generation=F("generation") + 1, lease_until=Now() + LEASE)
        return [Claimed(*pair) for pair in _rows(ids).values_list("pk", "generation")]


def release(claimed: Collection[Claimed]) -> None:
    """The services are anybody's again, and still due."""
    for one in claimed:
        ours(one).update(lease_until=None)


def ours(claimed: Claimed) -> QuerySet[SpecificationFetch]:
    return SpecificationFetch.objects.filter(pk=claimed.discovered_id, generation=claimed.generation)


def _due() -> QuerySet[SpecificationFetch]:
    free = Q(lease_until=None) | Q(lease_until__lt=Now())
    return SpecificationFetch.objects.filter(free, there(), due_at__lte=Now())


def _rows(ids: Collection[int]) -> QuerySet[SpecificationFetch]:
    return SpecificationFetch.objects.filter(pk__in=ids)
