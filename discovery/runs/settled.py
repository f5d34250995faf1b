"""The state that judging depends on, as a digest. While it is the same, judging again would say what it said.

Every row that judging reads counts with the transaction that wrote it last, so no way to change one is missed.
"""

import hashlib
from collections.abc import Set

from django.db import connection

from accounts.models import Team
from catalog.models import Domain, Service, System
from discovery.compare import ChangeSet
from discovery.models import DiscoveredService, PublicationRule, Source, Tombstone
from discovery.runs.judged import Judgements

_ALL = (PublicationRule, Team, Domain, System, Service)
_ROWS = "SELECT {number}, count(*), sum(hashint8extended(id, xmin::text::bigint)) FROM {table} {where}"


def state_of_judging(source: Source) -> bytes:
    """The digest for the rows of this source; one query. ``source`` comes with its environment."""
    discovered, tombstones = DiscoveredService._meta.db_table, Tombstone._meta.db_table
    # Linked rows of every source are evidence for others.
    linked = f"WHERE source_id = {source.pk:d} OR service_id IS NOT NULL"
    decided = f"WHERE discovered_id IN (SELECT id FROM {discovered} WHERE source_id = {source.pk:d})"
    tables = [*((model._meta.db_table, "") for model in _ALL), (discovered, linked), (tombstones, decided)]
    parts = (_ROWS.format(number=number, table=table, where=where) for number, (table, where) in enumerate(tables))
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        found = sorted(cursor.fetchall())
    return hashlib.sha256(repr((source.name, source.environment.slug, found)).encode()).digest()


def is_settled(changes: ChangeSet, judged: Judgements, linked: Set[int]) -> bool:
    """Whether judging everything again, after this was written, would change nothing.

    A link that is new, or another fact about a row that is ``linked``, may be evidence for the next judgement;
    everything else that judging says is none.
    """
    links = (judgement.service_id for judgement in (*judged.new, *judged.differing.values()))
    return not (judged.relinked or any(links) or changes.moved or changes.changed.keys() & linked)
