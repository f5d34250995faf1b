"""Storing the specifications of what is new or changed, once by their SHA-256."""

from collections.abc import Collection, Iterator
from datetime import datetime

from discovery.models import DiscoveredSpecification
from discovery.runs.spool import Spool

BATCH_BYTES = 8_000_000


def store(digests: Collection[str], spool: Spool, now: datetime) -> dict[str, int]:
    """SHA-256 to the id of the stored document, for each of ``digests`` that is spooled or was stored before."""
    if not digests:
        return {}
    ids = _ids(digests)
    missing = sorted(digest for digest in digests if digest not in ids and digest in spool)
    for batch in _batches(missing, spool, now):
        # Another source may store the same document at this moment; there is one row of it either way.
        DiscoveredSpecification.objects.bulk_create(batch, ignore_conflicts=True)
    return ids | _ids(missing)


def _ids(digests: Collection[str]) -> dict[str, int]:
    return dict(DiscoveredSpecification.objects.filter(sha256__in=digests).values_list("sha256", "pk"))


def _batches(digests: list[str], spool: Spool, now: datetime) -> Iterator[list[DiscoveredSpecification]]:
    batch: list[DiscoveredSpecification] = []
    size = 0
    for digest in digests:
        media_type, length = spool.described(digest)
        compressed = spool.compressed(digest)
        if batch and size + len(compressed) > BATCH_BYTES:
            yield batch
            batch, size = [], 0
        size += len(compressed)
        batch.append(
            DiscoveredSpecification(
                sha256=digest, size=length, media_type=media_type[:100], compressed=compressed, created_at=now
            )
        )
    if batch:
        yield batch
