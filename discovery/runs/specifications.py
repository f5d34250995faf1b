"""Storing the specifications of what is new or changed, once by their SHA-256."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from django.db import connection

from discovery.locks import share_documents
from discovery.models import DiscoveredSpecification
from discovery.runs.cleaning import plain
from discovery.runs.spool import Spool

BATCH_BYTES = 8_000_000
BATCH = 1000
# Another source may store the same document at this moment; there is one row of it either way.
_INSERT = (
    f"INSERT INTO {DiscoveredSpecification._meta.db_table} (sha256, size, media_type, compressed, created_at) "  # noqa: S608 - the model's own name
    "SELECT sha256, size, media_type, compressed, %s "
    "FROM unnest(%s::text[], %s::int[], %s::text[], %s::bytea[]) AS new (sha256, size, media_type, compressed) "
    "ON CONFLICT (sha256) DO NOTHING"
)


def store(digests: Collection[str], spool: Spool, now: datetime) -> dict[str, int]:
    """SHA-256 to the id of the stored document, for each of ``digests`` that is spooled or was stored before."""
    if not digests:
        return {}
    share_documents()
    ids = _ids(digests)
    missing = sorted(digest for digest in digests if digest not in ids)
    with connection.cursor() as cursor:
        for batch in _batches(missing, spool):
            cursor.execute(_INSERT, [now, *map(list, zip(*batch, strict=True))])
    return ids | _ids(missing)


def _ids(digests: Collection[str]) -> dict[str, int]:
    return dict(DiscoveredSpecification.objects.filter(sha256__in=digests).values_list("sha256", "pk"))


def _batches(digests: list[str], spool: Spool) -> Iterator[list[tuple[Any, ...]]]:
    batch: list[tuple[Any, ...]] = []
    size = 0
    for digest in digests:
        spooled = spool.get(digest)
        if spooled is None:
            continue
        if batch and (size + spooled.length > BATCH_BYTES or len(batch) >= BATCH):
            yield batch
            batch, size = [], 0
        size += spooled.length
        batch.append((digest, spooled.size, plain(spooled.media_type)[:100], spool.compressed(spooled)))
    if batch:
        yield batch
