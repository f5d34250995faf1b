"""The state that judging depends on, as a digest. While it is the same, judging again would say what it said.

Every row that judging reads counts with the transaction that wrote it last, so no way to change one is missed.
"""

import hashlib
from collections.abc import Set

from django.db import connection

from discovery.compare import ChangeSet
from discovery.models import Source
from discovery.runs.judged import Judgements

# Linked rows of every source are evidence for others.
_ROWS = """
    WITH written (part, id, transaction) AS (
        SELECT 1, id, xmin FROM discovery_publicationrule
        UNION ALL SELECT 2, id, xmin FROM accounts_team
        UNION ALL SELECT 3, id, xmin FROM catalog_domain
        UNION ALL SELECT 4, id, xmin FROM catalog_system
        UNION ALL SELECT 5, id, xmin FROM catalog_service
        UNION ALL SELECT 6, id, xmin FROM discovery_discoveredservice
            WHERE source_id = %(source)s OR service_id IS NOT NULL
        UNION ALL SELECT 7, id, xmin FROM discovery_tombstone
            WHERE discovered_id IN (SELECT id FROM discovery_discoveredservice WHERE source_id = %(source)s)
    )
    SELECT part, count(*), sum(hashint8extended(id, transaction::text::bigint)) FROM written GROUP BY part ORDER BY part
"""


def state_of_judging(source: Source) -> bytes:
    """The digest for the rows of this source; one query. ``source`` comes with its environment."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, {"source": source.pk})
        found = cursor.fetchall()
    return hashlib.sha256(repr((source.name, source.environment.slug, found)).encode()).digest()


def is_settled(changes: ChangeSet, judged: Judgements, linked: Set[int]) -> bool:
    """Whether judging everything again, after this was written, would change nothing.

    A link that is new, or another fact about a row that is ``linked``, may be evidence for the next judgement;
    everything else that judging says is none.
    """
    links = (judgement.service_id for judgement in (*judged.new, *judged.differing.values()))
    return not (judged.relinked or any(links) or changes.moved or changes.changed.keys() & linked)
