"""An observation and its judgement as the columns of a row, for new rows and for those that changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any

import orjson
from django.db import connection

from common.rows import update_rows
from discovery.connectors.base import Posture
from discovery.facts import Spotted, as_json, fingerprint
from discovery.judging import Judgement
from discovery.models import DiscoveredService, Source, SpecificationOutcome
from discovery.rejudging import JUDGED, take
from discovery.runs.judged import COLUMNS
from discovery.states import state_of

MAX_SEARCH_TEXT = 8000
_NO_POSTURE = Posture()
BATCH = 1000
_SEEN = (
    "key", "identity", "uid", "object_kind", "cluster", "namespace", "name", "version", "exposure", "fingerprint",
    "search_text", "specification_id", "specification_place", "mesh", "mtls", "callers", "is_open",
)  # fmt: skip
_NEW = (
    "facts", "reasons", "source_id", "environment_id", "first_seen_at", "changed_at", "watched_at", "state", "hold",
    "is_pinned", "chosen", "specification_outcome", "specification_note",
)  # fmt: skip
_JUDGED = tuple(name for name in COLUMNS if name != "reasons")
_judged_of = attrgetter(*_JUDGED)
_CHANGED = (
    *(name.removesuffix("_id") for name in _SEEN), "facts", "changed_at", "specification_outcome",
    "specification_note",
)  # fmt: skip


def insert_new(
    source: Source,
    new: Iterable[tuple[Spotted, Judgement]],
    specifications: Mapping[str, int],
    now: datetime,
    watched_at: datetime | None = None,
) -> None:
    """The services are rows; one COPY. ``specifications`` maps SHA-256 to the id of the stored document."""
    columns = ", ".join((*_SEEN, *_JUDGED, *_NEW))
    statement = f"COPY {DiscoveredService._meta.db_table} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for spotted, judgement in new:
            outcome = _outcome(spotted.specification)
            state = state_of(judgement.standing, None, None)
            copy.write_row(
                (
                    *_seen(spotted, specifications), *_judged_of(judgement),
                    as_json(spotted).decode(), orjson.dumps(judgement.reasons).decode(), source.pk,
                    source.environment_id, now, now, watched_at, state, "", False, "{}", outcome, "",
                )
            )  # fmt: skip


def update_seen(changed: Mapping[int, Spotted], specifications: Mapping[str, int], now: datetime) -> None:
    """The rows hold what was seen now; what became of another specification is open."""
    ids = sorted(changed)
    for start in range(0, len(ids), BATCH):
        rows = DiscoveredService.objects.filter(pk__in=ids[start : start + BATCH]).only(
            "specification_id", "specification_outcome", "specification_note"
        )
        written = [_changed(row, changed[row.pk], specifications, now) for row in rows]
        update_rows(written, _CHANGED)


def update_judgements(judged: Mapping[int, Judgement]) -> None:
    """The rows, which are there, hold their new judgement."""
    rows = [DiscoveredService(pk=id_) for id_ in sorted(judged)]
    for row in rows:
        take(row, judged[row.pk])
    update_rows(rows, JUDGED)


def search_text(spotted: Spotted) -> str:
    """What the inbox' search looks through: name, namespace, cluster and labels in lower case."""
    seen = spotted.seen
    labels = (f"{name}={value}" for name, value in sorted(seen.labels.items()))
    return " ".join(filter(None, (seen.name, seen.namespace, seen.cluster, *labels))).lower()[:MAX_SEARCH_TEXT]


def _changed(
    row: DiscoveredService, spotted: Spotted, specifications: Mapping[str, int], now: datetime
) -> DiscoveredService:
    before = row.specification_id
    for name, value in zip(_SEEN, _seen(spotted, specifications), strict=True):
        setattr(row, name, value)
    row.facts, row.changed_at = orjson.loads(as_json(spotted)), now
    if row.specification_id != before:
        row.specification_outcome, row.specification_note = _outcome(spotted.specification), ""
    return row


def _seen(spotted: Spotted, specifications: Mapping[str, int]) -> tuple[Any, ...]:
    seen = spotted.seen
    posture = seen.posture or _NO_POSTURE
    return (
        seen.key, seen.identity or "", seen.uid, seen.kind, seen.cluster, seen.namespace, seen.name, seen.version,
        seen.exposure.level if seen.exposure else "inside", fingerprint(spotted), search_text(spotted),
        specifications.get(spotted.specification), spotted.specification_place,
        posture.mesh, posture.mtls, posture.callers, posture.is_open,
    )  # fmt: skip


def _outcome(specification: str) -> str:
    return (SpecificationOutcome.FOUND if specification else SpecificationOutcome.NONE).value
