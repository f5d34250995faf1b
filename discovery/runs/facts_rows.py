"""An observation and its judgement as the columns of a row, for new rows and for those that changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson

from discovery.facts import Spotted, as_json, fingerprint
from discovery.judging import Judgement
from discovery.models import Source, SpecificationOutcome
from discovery.runs import rows
from discovery.runs.judged import COLUMNS, Judged
from discovery.states import state_of

MAX_SEARCH_TEXT = 8000
_SEEN = (
    "key", "identity", "uid", "object_kind", "cluster", "namespace", "name", "version", "exposure", "facts",
    "fingerprint", "search_text", "specification_id", "specification_place",
)  # fmt: skip
_NEW = (
    "source_id", "environment_id", "first_seen_at", "changed_at", "state", "hold", "is_pinned", "chosen",
    "specification_outcome", "specification_note",
)  # fmt: skip


def insert(source: Source, new: Iterable[tuple[Spotted, Judgement]], specifications: Mapping[str, int], now: datetime):
    """The services are rows. ``specifications`` maps SHA-256 to the id of the stored document."""
    rows.insert((*_SEEN, *COLUMNS, *_NEW), (_new_row(source, *one, specifications, now) for one in new))


def update_seen(changed: Mapping[int, Spotted], specifications: Mapping[str, int], now: datetime) -> None:
    """The rows hold what was seen now; another specification has yet to be looked at."""
    sets = ", ".join(f"{name} = r.{name}" for name in _SEEN)
    differs = "d.specification_id IS DISTINCT FROM r.specification_id"
    found = f"CASE WHEN r.specification_id IS NULL THEN '' ELSE '{SpecificationOutcome.FOUND}' END"
    rows.update(
        {"id": "bigint", **rows.types_of(_SEEN), "at": "timestamptz"},
        ((id_, *_seen(spotted, specifications), now) for id_, spotted in sorted(changed.items())),
        sets=f"{sets}, changed_at = r.at, "
        f"specification_outcome = CASE WHEN {differs} THEN {found} ELSE d.specification_outcome END, "
        f"specification_note = CASE WHEN {differs} THEN '' ELSE d.specification_note END",
    )


def update_judgements(judged: Iterable[Judged]) -> set[int]:
    """The ids of the rows that hold the new judgement: those about which nobody decided in the meantime."""
    types = {"id": "bigint", **rows.types_of(COLUMNS), "state": "text"}
    before = {"was_standing": "text", "was_service": "bigint", "was_pinned": "boolean", "was_chosen": "jsonb"}
    return rows.update(
        types | before,
        (
            (
                one.id, *_judgement(one.judgement), state_of(one.judgement.standing, None, None),
                one.decided.standing, one.decided.service_id, one.decided.is_pinned, _json(one.decided.chosen),
            )
            for one in judged
        ),
        sets=", ".join(f"{name} = r.{name}" for name in (*COLUMNS, "state")),
        where="AND d.standing = r.was_standing AND d.service_id IS NOT DISTINCT FROM r.was_service "
        "AND d.is_pinned = r.was_pinned AND d.chosen = r.was_chosen",
    )  # fmt: skip


def search_text(spotted: Spotted) -> str:
    """What the inbox' search looks through: name, namespace, cluster and labels in lower case."""
    seen = spotted.seen
    labels = (f"{name}={value}" for name, value in sorted(seen.labels.items()))
    return " ".join((seen.name, seen.namespace, seen.cluster, *labels)).lower()[:MAX_SEARCH_TEXT]


def _seen(spotted: Spotted, specifications: Mapping[str, int]) -> tuple[Any, ...]:
    seen = spotted.seen
    return (
        seen.key, seen.identity or "", seen.uid, seen.kind, seen.cluster, seen.namespace, seen.name, seen.version,
        seen.exposure.level if seen.exposure else "inside", as_json(spotted).decode(), fingerprint(spotted),
        search_text(spotted), specifications.get(spotted.specification), spotted.specification_place,
    )  # fmt: skip


def _new_row(
    source: Source, spotted: Spotted, judgement: Judgement, specifications: Mapping[str, int], now: datetime
) -> tuple[Any, ...]:
    outcome = SpecificationOutcome.FOUND if spotted.specification else SpecificationOutcome.NONE
    state = state_of(judgement.standing, None, None)
    return (
        *_seen(spotted, specifications), *_judgement(judgement),
        source.pk, source.environment_id, now, now, state, "", False, "{}", outcome.value, "",
    )  # fmt: skip


def _judgement(judgement: Judgement) -> Iterable[Any]:
    for name in COLUMNS:
        value = getattr(judgement, name)
        yield _json(value) if name == "reasons" else value


def _json(value: Mapping[str, Any]) -> str:
    return orjson.dumps(dict(value)).decode()
