"""What becomes of an observed service: which catalog service it is, what publishing would set, what a rule wants.

``load_context`` reads what judging needs in a bounded number of queries; ``judge`` is pure. What a
person decided stands: published, retired and ignored by a person stay so, a pinned match stays pinned. Being ignored by
a rule ends with the rule.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from discovery.candidates import load_known
from discovery.connectors.base import Observation
from discovery.facts import Spotted
from discovery.matching import Known, Match, Sought, match
from discovery.models import Source
from discovery.proposals import Names, Proposal, propose
from discovery.rulebook import load_names, load_rules
from discovery.rules import IGNORE, PUBLISH, Rule, RuleSet, Subject

NEW, MATCHED, PUBLISHED, IGNORED, RETIRED = "new", "matched", "published", "ignored", "retired"
REASON_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Judgement:
    """The columns of a discovered service that follow from judging; ids of rows, ``None`` where nothing is proposed.

    ``reasons`` maps a proposed field (owner, domain, system, kind, visibility, title, description, ignored) to why.
    """

    standing: str = NEW
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
    services a person said it is not. ``is_restored``: a person took it back into the inbox, where it waits for a
    person: no rule ignores or publishes it. ``chosen`` is what a person set instead of a proposal, slugs by field.
    """

    standing: str = NEW
    service_id: int | None = None
    match_reason: str = ""
    is_pinned: bool = False
    is_tombstoned: bool = False
    is_restored: bool = False
    parted: Collection[int] = ()
    chosen: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Context:
    """Rules, names and candidates, as one moment sees them."""

    source_name: str = ""
    environment: str = ""
    rules: RuleSet = field(default_factory=RuleSet)
    names: Names = field(default_factory=Names)
    known: Known = field(default_factory=Known)


def load_context(source: Source, spotted: Collection[Spotted]) -> Context:
    """What judging these observations of this source needs; seven queries, and one for an environment not yet read."""
    return Context(source.name, source.environment.slug, load_rules(), load_names(), load_known(source, spotted))


def judge(spotted: Spotted, decided: Decided, context: Context) -> Judgement:
    """The judgement of one observation; the same for the same input, whatever was judged before it."""
    seen = spotted.seen
    rule = context.rules.first(subject_of(seen, context.source_name, context.environment))
    proposal = propose(seen, decided.chosen, rule, context.names)
    linked = decided.service_id if decided.standing == MATCHED else None
    found = match(Sought(seen, proposal.system, proposal.domain), context.known, linked, decided.parted)
    standing, found = _stand(decided, found, rule)
    reasons = dict(proposal.reasons)
    if standing == IGNORED and not decided.is_tombstoned and rule is not None:
        reasons["ignored"] = f"rule {rule.name}"
    return Judgement(
        standing=standing,
        service_id=found.service_id,
        match_reason=found.reason[:REASON_LENGTH],
        rule_id=rule.id if rule is not None else None,
        is_pending=standing == NEW and _is_wanted(rule, proposal, found, decided, reasons),
        proposed_title=proposal.title,
        proposed_description=proposal.description,
        proposed_kind=proposal.kind,
        proposed_owner_id=proposal.owner_id,
        proposed_domain_id=proposal.domain.id if proposal.domain is not None else None,
        proposed_system_id=proposal.system.id if proposal.system is not None else None,
        proposed_visibility=proposal.visibility,
        reasons=reasons,
    )


def subject_of(seen: Observation, source: str, environment: str) -> Subject:
    """What selectors look at in an observation."""
    exposure = seen.exposure.level if seen.exposure is not None else "inside"
    return Subject(source, environment, seen.namespace, seen.kind, exposure, seen.labels)


def _stand(decided: Decided, found: Match, rule: Rule | None) -> tuple[str, Match]:
    """The standing and the link that goes with it."""
    if decided.standing in (PUBLISHED, RETIRED) or (decided.standing == IGNORED and decided.is_tombstoned):
        return decided.standing, Match(decided.service_id, decided.match_reason)
    if decided.is_pinned and decided.service_id is not None:
        return MATCHED, Match(decided.service_id, decided.match_reason)
    if rule is not None and rule.action == IGNORE and not decided.is_restored:
        return IGNORED, Match()
    return (MATCHED if found.service_id is not None else NEW), found


def _is_wanted(rule: Rule | None, proposal: Proposal, found: Match, decided: Decided, reasons: dict[str, str]) -> bool:
    """Whether the rule publishes it. A person decides where several may be meant, and what one parted or restored."""
    if rule is None or rule.action != PUBLISH or found.is_ambiguous or decided.parted or decided.is_restored:
        return False
    if proposal.owner_id is not None or rule.publishes_unowned:
        return True
    known = reasons.get("owner", "")
    why = known if "which is no" in known else "no owner"
    reasons["owner"] = f"{why}: rule {rule.name} publishes only what somebody owns"
    return False
