"""Writing down what came of a look: the outcome, and a new document as the specification of its service.

The row's fingerprint becomes the one that the next run computes of the same observation with this document, so a run
without change still writes nothing.
"""

import hashlib
import zlib
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from discovery.facts import fingerprint, from_row
from discovery.fetching.claim import Claimed, ours
from discovery.fetching.due import mark_of
from discovery.fetching.looking import Looked
from discovery.fetching.schedule import is_there, next_look
from discovery.locks import lock_source, share_documents
from discovery.models import DiscoveredService, DiscoveredSpecification, SpecificationFetch, SpecificationOutcome

_FAILURES_AT_MOST = 30


def store(claimed: Claimed, row: DiscoveredService, revision: int, looked: Looked, now: datetime) -> bool:
    """Whether there is a new document; nothing is written once the service was claimed by somebody else.

    ``row`` is what the look went by, with its fetch; what changed since is noticed by ``due.notice``.
    """
    fetch = row.fetch
    values = _values(fetch, looked, now)
    values |= {"mark": mark_of(row, revision), "noticed_at": row.changed_at, "revision": revision}
    with transaction.atomic():
        lock_source(row.source_id)
        if not ours(claimed).update(lease_until=None, **values):
            return False
        return looked.document is not None and _take(row.pk, looked, now)


def _values(fetch: SpecificationFetch, looked: Looked, now: datetime) -> dict[str, object]:
    failures = 0 if is_there(looked.outcome) else min(fetch.failures + 1, _FAILURES_AT_MOST)
    due_at = None if looked.asked_nothing else next_look(looked.outcome, failures, now)
    values: dict[str, object] = {
        "outcome": looked.outcome,
        "note": looked.note[:2_000],
        "checked_at": now,
        "failures": failures,
        "due_at": due_at,
        "tried": looked.tried,
    }
    if not is_there(looked.outcome):
        # Where the last document was stays known; it is looked for from the start.
        return values | {"etag": "", "last_modified": ""}
    values |= {
        "place": looked.place[:1_000],
        "etag": looked.etag,
        "last_modified": looked.last_modified,
        "sha256": looked.sha256,
        "found_at": now,
    }
    return values | ({"changed_at": now} if looked.document is not None else {})


def _take(row_id: int, looked: Looked, now: datetime) -> bool:
    row = DiscoveredService.objects.select_for_update(of=("self",), no_key=True).select_related("specification")
    row = row.defer("specification__compressed").get(pk=row_id)
    digest = hashlib.sha256(looked.document).hexdigest()
    place = looked.place[:1_000]
    if row.specification_id is not None and row.specification.sha256 == digest and row.specification_place == place:
        return False
    spotted = replace(from_row(row), specification=digest, specification_place=place)
    is_another = row.specification_id is None or row.specification.sha256 != digest
    row.specification = _stored(digest, looked, now)
    row.specification_place, row.fingerprint = place, fingerprint(spotted)
    if is_another:
        row.specification_outcome, row.specification_note = SpecificationOutcome.FOUND, ""
    row.save(
        update_fields=[
            "specification", "specification_place", "fingerprint", "specification_outcome", "specification_note",
        ]
    )  # fmt: skip
    return is_another


def _stored(digest: str, looked: Looked, now: datetime) -> DiscoveredSpecification:
    share_documents()
    document = looked.document or b""
    fresh = DiscoveredSpecification(
        sha256=digest,
        size=len(document),
        media_type=looked.media_type or "application/octet-stream",
        compressed=zlib.compress(document),
        created_at=now,
    )
    DiscoveredSpecification.objects.bulk_create([fresh], ignore_conflicts=True)
    return DiscoveredSpecification.objects.defer("compressed").get(sha256=digest)
