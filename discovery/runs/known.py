"""Reading what is known of a source: all rows with the few columns that comparing needs, some rows with more."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from discovery.compare import Known
from discovery.connectors.base import EVERYWHERE
from discovery.facts import Spotted, from_row
from discovery.models import DiscoveredService, Standing
from discovery.querysets import DiscoveredServiceQuerySet

CHUNK = 2000
#: Standings that judging may change.
OPEN = (Standing.NEW, Standing.MATCHED, Standing.IGNORED)


@dataclass(slots=True)
class KnownRows:
    """The rows of a source: for comparing, their standing, and which of them are a service of the catalog.

    ``same`` rows are not among them: they are what was seen.
    """

    rows: list[Known] = field(default_factory=list)
    standing: dict[int, str] = field(default_factory=dict)
    linked: set[int] = field(default_factory=set)
    same: int = 0


def read_known(source_id: int, began: datetime, is_same: bool = False) -> KnownRows:
    """Every row of the source, for a run that began to look then; one query, streamed.

    When the place ``is_same`` as before, rows that are simply there are only counted; one more query.
    """
    found = KnownRows()
    rows = DiscoveredService.objects.filter(source=source_id)
    if is_same:
        is_older = Q(watched_at=None) | Q(watched_at__lte=began)
        there = Q(missing_since=None, last_seen_at=None, hold="") & is_older
        found.same = rows.filter(there).count()
        rows = rows.exclude(there)
    _add(found, rows, began)
    return found


def read_known_in(source_id: int, scopes: Collection[tuple[str, str]], observed: Mapping[str, Spotted]) -> KnownRows:
    """The rows that a complete listing of these scopes can be about.

    Those of the scopes; and for what is new there, the row that has its key already and absent ones that it may
    continue. One query, and one more when something is new.
    """
    found = KnownRows()
    of_source = DiscoveredService.objects.filter(source=source_id)
    _add(found, of_source.filter(_within(scopes)))
    keys = {row.key for row in found.rows}
    fresh = [spotted.seen for key, spotted in observed.items() if key not in keys]
    if fresh:
        identities = {seen.identity for seen in fresh if seen.identity}
        absent = Q(identity__in=identities, missing_since__isnull=False)
        elsewhere = of_source.filter(Q(key__in=[seen.key for seen in fresh]) | absent)
        _add(found, elsewhere.exclude(pk__in=list(found.standing)))
    return found


def _within(scopes: Collection[tuple[str, str]]) -> Q:
    namespaces: dict[str, set[str]] = defaultdict(set)
    for kind, namespace in scopes:
        namespaces[kind].add(namespace)
    within = Q(pk__in=())
    for kind, names in namespaces.items():
        within |= Q(object_kind=kind) if EVERYWHERE in names else Q(object_kind=kind, namespace__in=names)
    return within


def _add(found: KnownRows, rows: DiscoveredServiceQuerySet, began: datetime | None = None) -> None:
    columns = rows.values_list(
        "id", "key", "object_kind", "namespace", "identity", "fingerprint", "missing_since", "last_seen_at", "hold",
        "watched_at", "specification__sha256", "specification_place", "standing", "service_id",
    )  # fmt: skip
    for (
        id_, key, kind, namespace, identity, mark, missing, last_seen, hold, watched, digest, place, standing, service,
    ) in columns.iterator(CHUNK):  # fmt: skip
        is_absent = missing is not None
        is_unseen = last_seen is not None and not is_absent
        is_newer = watched is not None and began is not None and watched > began
        found.rows.append(
            Known(
                id_, key, kind, namespace, identity, bytes(mark), is_absent, is_unseen, hold, is_newer,
                digest or "", place,
            )
        )  # fmt: skip
        found.standing[id_] = standing
        if service is not None:
            found.linked.add(id_)


def read_stored(source_id: int, observed: Mapping[str, Spotted]) -> dict[int, Spotted]:
    """The stored observations that can fill the gaps of what was observed; no query when there are none.

    The specifications that are known come with the rows.
    """
    gappy = [spotted.seen for spotted in observed.values() if not spotted.is_read]
    if not gappy:
        return {}
    identities = {seen.identity for seen in gappy if seen.identity}
    rows = DiscoveredService.objects.filter(
        Q(key__in=[seen.key for seen in gappy]) | Q(identity__in=identities), source=source_id
    )
    return {row.pk: from_row(row) for row in _with_specification(rows)}


def read_open(source_id: int) -> dict[int, Spotted]:
    """The stored observations of what is there and what nobody has decided about."""
    rows = DiscoveredService.objects.filter(source=source_id, standing__in=OPEN)
    return {row.pk: from_row(row) for row in _with_specification(rows.filter(missing_since=None))}


def _with_specification(rows: DiscoveredServiceQuerySet) -> Iterator[DiscoveredService]:
    columns = (
        "key", "object_kind", "name", "namespace", "cluster", "uid", "identity", "version", "facts", "exposure",
        "specification_place", "specification__sha256", "mesh", "mtls", "callers", "is_open",
    )  # fmt: skip
    return rows.select_related("specification").only(*columns).iterator(CHUNK)


def stored_digests(source_id: int) -> set[str]:
    """The SHA-256 of every specification that a service of the source has."""
    rows = DiscoveredService.objects.filter(source=source_id, specification__isnull=False)
    return set(rows.values_list("specification__sha256", flat=True).iterator(CHUNK))
