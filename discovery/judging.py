"""What becomes of an observed service: which catalog service it is, what publishing would set, what a rule wants.

``load_context`` reads what judging needs in a bounded number of queries; ``judge`` is pure.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from discovery.facts import Spotted
from discovery.models import Source


@dataclass(frozen=True, slots=True)
class Judgement:
    """The columns of a discovered service that follow from judging; ids of rows, ``None`` where nothing is proposed.

    ``reasons`` maps a proposed field (owner, domain, system, kind, visibility, title, description, ignored) to why.
    """

    standing: str = "new"
    service_id: int | None = None
    match_reason: str = ""
    rule_id: int | None = None
    is_pending: bool = False
    proposed_title: str = ""
    proposed_description: str = ""
    proposed_kind: str = "microservice"
    proposed_owner_id: int | None = None
    proposed_domain_id: int | None = None
    proposed_system_id: int | None = None
    proposed_visibility: str = "internal"
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decided:
    """What people and earlier runs decided about a row; a new observation has the default.

    ``standing`` and ``service_id`` of the row, whether a person pinned the match, ignored or retired it, and the
    services a person said it is not. ``chosen`` is what a person set instead of a proposal, slugs by field.
    """

    standing: str = "new"
    service_id: int | None = None
    match_reason: str = ""
    is_pinned: bool = False
    is_tombstoned: bool = False
    parted: Collection[int] = ()
    chosen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Context:
    """Rules, names and candidates, as one moment sees them."""

    source_name: str = ""
    environment: str = ""


def load_context(source: Source, spotted: Collection[Spotted], now: datetime) -> Context:
    """What judging these observations of this source needs."""
    return Context(source.name, source.environment.slug)


def judge(spotted: Spotted, decided: Decided, context: Context) -> Judgement:
    """The judgement of one observation; the same for the same input, whatever was judged before it."""
    return Judgement(
        standing=decided.standing,
        service_id=decided.service_id,
        match_reason=decided.match_reason,
        proposed_title=spotted.seen.name,
    )
