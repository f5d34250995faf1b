"""Which services are to be looked at: new ones, and at once those that changed in what a look goes by."""

import hashlib
import random
from collections.abc import Collection
from datetime import datetime, timedelta

import orjson
from django.db.models import F, Q

from discovery.connectors.fetches import Fetcher
from discovery.fetching.places import ANNOTATIONS
from discovery.installed import connectors
from discovery.models import DiscoveredService, SpecificationFetch, Standing
from discovery.querysets import DiscoveredServiceQuerySet

BATCH = 5_000
#: So many new services are begun a second, so that a cluster that is read for the first time is not stormed.
BEGUN_A_SECOND = 20
_LOOKED_AT = (Standing.NEW, Standing.MATCHED, Standing.PUBLISHED)


def fetching_kinds() -> list[str]:
    """The kinds of source whose services can be asked."""
    return [kind for kind, connector in connectors().items() if isinstance(connector, Fetcher)]


def notice(now: datetime) -> int:
    """New services have a row that is due, and what changed is due now; how many. Cheap when there is nothing."""
    return _enrol(now) + _notice_changes(now)


def there() -> Q:
    """The condition of a fetch that its service is there, nobody left it out and its source is not paused."""
    return Q(
        discovered__missing_since=None,
        discovered__standing__in=_LOOKED_AT,
        discovered__source__is_paused=False,
    )


def is_looked_at(row: DiscoveredService) -> bool:
    """The same of a row, which comes with its source."""
    return row.missing_since is None and row.standing in _LOOKED_AT and not row.source.is_paused


def mark_of(row: DiscoveredService, revision: int) -> str:
    """What a look goes by, as 32 characters."""
    facts = row.facts
    annotations = facts.get("annotations", {})
    said = [annotations.get(key, "") for key in ANNOTATIONS]
    parts = [row.version, row.name, row.namespace, facts.get("ports", []), said, revision]
    return hashlib.blake2b(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()


def _enrol(now: datetime) -> int:
    kinds = fetching_kinds()
    new = _candidates(kinds).filter(fetch=None).values_list("pk", "changed_at") if kinds else ()
    made = [
        SpecificationFetch(
            discovered_id=pk,
            due_at=now + timedelta(seconds=random.uniform(0, number / BEGUN_A_SECOND)),  # noqa: S311 - spreads load
            noticed_at=changed_at,
        )
        for number, (pk, changed_at) in enumerate(new[:BATCH])
    ]
    SpecificationFetch.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def _candidates(kinds: Collection[str]) -> DiscoveredServiceQuerySet:
    rows = DiscoveredService.objects.filter(source__kind__in=kinds, missing_since=None, standing__in=_LOOKED_AT)
    return rows.order_by("pk")


def _notice_changes(now: datetime) -> int:
    """A row that says something else than at the last look is due, unless that was of no matter (replicas, say)."""
    newer = Q(discovered__changed_at__gt=F("noticed_at")) | ~Q(discovered__source__revision=F("revision"))
    rows = SpecificationFetch.objects.filter(newer, there()).exclude(mark="")
    rows = rows.select_related("discovered", "discovered__source")
    rows = rows.only(
        "mark", "noticed_at", "revision", "discovered__facts", "discovered__version", "discovered__name",
        "discovered__namespace", "discovered__changed_at", "discovered__source__revision",
    )  # fmt: skip
    due: list[int] = []
    unmoved: list[SpecificationFetch] = []
    for fetch in rows.order_by("pk")[:BATCH]:
        row = fetch.discovered
        if mark_of(row, row.source.revision) == fetch.mark:
            fetch.noticed_at, fetch.revision = row.changed_at, row.source.revision
            unmoved.append(fetch)
        else:
            due.append(fetch.pk)
    SpecificationFetch.objects.bulk_update(unmoved, ["noticed_at", "revision"], batch_size=1_000)
    # Without a mark nothing of the last look counts: it is looked for from the start.
    changed = SpecificationFetch.objects.filter(pk__in=due)
    return changed.update(due_at=now, mark="", etag="", last_modified="", failures=0)
