"""What rules hold, and what a rule would do before anybody saves it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import orjson
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, TextField
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast

from accounts.actor import Actor
from common.access import require
from discovery.connectors.base import Claim, Exposure, Observation
from discovery.facts import Spotted
from discovery.judging import IGNORED, MATCHED, PUBLISHED, Context, Decided, Judgement, judge
from discovery.models import (
    LEFT_OUT,
    DiscoveredService,
    PublicationRule,
    SpecificationOutcome,
    Standing,
    Tombstone,
    Verdict,
)
from discovery.permissions import Action
from discovery.proposals import PART_OF, Names
from discovery.querysets import DiscoveredServiceQuerySet
from discovery.rulebook import load_names, rule_of
from discovery.rules import IGNORE, PROPOSE, Rule, RuleSet
from discovery.selecting import selected_by

Outcome = Literal["publish", "ignore", "propose", "unowned", "already", "taken", "waiting"]
_CHANGES = ("publish", "ignore", "propose", "unowned")

#: So many of the selected services are looked at; where there are more, the numbers are «at least».
COUNTED_AT_MOST = 10_000
# A new rule has no id yet, and perhaps no name: its reasons read «rule being added».
_UNSAVED, _UNNAMED = 0, "being added"
_ANY = 0
_DRIFT = ExpressionWrapper(
    Q(specification_outcome=SpecificationOutcome.DIFFERS, fetch__isnull=False), output_field=BooleanField()
)
# The name comes first: whatever else is equal is judged once. Labels that rules look at follow.
_COLUMNS = (
    "name", "namespace", "object_kind", "exposure", "source__name", "environment__slug", "standing", "service_id",
    "match_reason", "is_pinned", "rule_id", "is_left_out", "is_restored", "is_parted", "chosen_text", "claims",
    "drifts",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RuleExample:
    """One service and what the rule would do with it. ``owner`` and ``domain`` are titles, empty for none; ``by`` names
    the rule that selects it."""

    name: str
    namespace: str
    source: str
    outcome: Outcome
    reason: str = ""
    owner: str = ""
    domain: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class RulePreview:
    """What a rule would do with the services that are there.

    ``selected`` = ``publish`` + ``ignore`` + ``propose`` + ``unowned`` (it would publish them, but nobody owns them) +
    ``already`` (in the catalog, or ignored) + ``taken`` (an earlier rule selects them) + ``waiting`` (a person has to
    decide). ``drafts`` of all these drift now, and what they run with would become a draft version. ``is_estimate``:
    there are more than were counted. ``taken_by`` counts by the name of the earlier rule.
    """

    selected: int = 0
    publish: int = 0
    ignore: int = 0
    propose: int = 0
    unowned: int = 0
    already: int = 0
    taken: int = 0
    waiting: int = 0
    drafts: int = 0
    is_estimate: bool = False
    taken_by: Mapping[str, int] = field(default_factory=dict)
    examples: tuple[RuleExample, ...] = ()


def preview(actor: Actor, rule: PublicationRule, limit: int = 20) -> RulePreview:
    """What the rule, saved or not, would do; up to ``limit`` examples, those it would change first.

    Judges as a run does, but takes what is linked as linked. Five queries. Raises ``Denied``.
    """
    require(actor, Action.RULE_MANAGE)
    asked = replace(rule_of(rule), id=rule.pk or _UNSAVED, name=rule.name or _UNNAMED)
    earlier = _earlier(rule)
    rules, names = RuleSet([*earlier, asked]), load_names()
    labels = sorted({PART_OF}.union(key for one in (*earlier, asked) for key, _ in one.selector.labels))
    rows = list(_selected(actor, asked, labels)[: COUNTED_AT_MOST + 1])
    effect = _Effect(asked, rules, names, {one.id: one.name for one in earlier}, labels)
    return _summary(rows[:COUNTED_AT_MOST], effect, limit, is_estimate=len(rows) > COUNTED_AT_MOST)


def held_by_rules(actor: Actor) -> dict[int, dict[str, int]]:
    """Rule id -> standing -> how many services of it the rule selects, of those the actor may see; one query."""
    rows = DiscoveredService.objects.visible_to(actor).filter(rule__isnull=False)
    held: dict[int, dict[str, int]] = defaultdict(dict)
    for rule, standing, count in rows.order_by().values_list("rule_id", "standing").annotate(count=Count("pk")):
        held[rule][standing] = count
    return dict(held)


def _earlier(rule: PublicationRule) -> list[Rule]:
    """The active rules that are asked before this one; a new rule comes after those of its position."""
    before = Q(position__lt=rule.position) | Q(position=rule.position)
    if rule.pk:
        before = Q(position__lt=rule.position) | Q(position=rule.position, pk__lt=rule.pk)
    rules = PublicationRule.objects.filter(before, is_active=True).exclude(pk=rule.pk)
    return [rule_of(one) for one in rules.select_related("domain", "system", "owner").order_by("position", "pk")]


def _selected(actor: Actor, rule: Rule, labels: Sequence[str]) -> DiscoveredServiceQuerySet:
    decisions = Tombstone.objects.filter(discovered=OuterRef("pk"))
    tombstones = decisions.filter(verdict__in=LEFT_OUT)
    there = DiscoveredService.objects.visible_to(actor).filter(missing_since=None).exclude(standing=Standing.RETIRED)
    rows = there.filter(selected_by(rule.selector)).annotate(
        is_left_out=Exists(tombstones.filter(lifted_at=None)),
        is_restored=Exists(tombstones.filter(lifted_at__isnull=False)),
        is_parted=Exists(decisions.filter(verdict=Verdict.PARTED, lifted_at=None)),
        chosen_text=Cast("chosen", TextField()),
        claims=KeyTextTransform("claims", "facts"),
        drifts=_DRIFT,
    )
    of_labels = [KeyTextTransform(label, KeyTransform("labels", "facts")) for label in labels]
    return rows.order_by("-first_seen_at", "-pk").values_list(*_COLUMNS, *of_labels)


def _summary(rows: Iterable[tuple[Any, ...]], effect: "_Effect", limit: int, *, is_estimate: bool) -> RulePreview:
    counts: Counter[str] = Counter()
    taken_by: Counter[str] = Counter()
    changed: list[RuleExample] = []
    others: list[RuleExample] = []
    drafts = 0
    for row in rows:
        example = effect.on(row)
        counts[example.outcome] += 1
        drafts += example.outcome != "taken" and effect.makes_draft(row)
        if example.outcome == "taken":
            taken_by[example.by] += 1
        examples = changed if example.outcome in _CHANGES else others
        if len(examples) < limit:
            examples.append(replace(example, name=row[0]))
    shown = (*changed, *others)[:limit]
    return RulePreview(
        counts.total(), drafts=drafts, is_estimate=is_estimate, taken_by=dict(taken_by), examples=shown, **counts
    )


class _Effect:
    """What a rule does with a row; rows that differ in their name only are judged once."""

    def __init__(
        self, rule: Rule, rules: RuleSet, names: Names, earlier: Mapping[int | None, str], labels: Sequence[str]
    ) -> None:
        self.rule, self.rules, self.names, self.earlier, self.labels = rule, rules, names, earlier, labels
        self.owners = {team.id: team.title for team in names.teams.values()}
        self.domains = {domain.id: domain.title for domain in names.domains.values()}
        self.known: dict[tuple[Any, ...], RuleExample] = {}

    def on(self, row: tuple[Any, ...]) -> RuleExample:
        alike = row[1:]
        if alike not in self.known:
            self.known[alike] = self._judged(row)
        return self.known[alike]

    def makes_draft(self, row: tuple[Any, ...]) -> bool:
        """Whether the rule would publish what runs as a draft version."""
        return self.rule.publishes_drafts and bool(row[_COLUMNS.index("drifts")])

    def _judged(self, row: tuple[Any, ...]) -> RuleExample:
        values = dict(zip(_COLUMNS, row, strict=False))
        carried = zip(self.labels, row[len(_COLUMNS) :], strict=True)
        labels = {label: value for label, value in carried if value is not None}
        context = Context(values["source__name"], values["environment__slug"], self.rules, self.names)
        judgement = judge(_spotted(values, labels), _decided(values, self.rule), context)
        outcome, reason = self._outcome(values, judgement)
        return RuleExample(
            name=values["name"],
            namespace=values["namespace"],
            source=values["source__name"],
            outcome=outcome,
            reason=reason,
            owner=self.owners.get(judgement.proposed_owner_id or 0, ""),
            domain=self.domains.get(judgement.proposed_domain_id or 0, ""),
            by=self.earlier.get(judgement.rule_id, self.rule.name),
        )

    def _outcome(self, values: Mapping[str, Any], judgement: Judgement) -> tuple[Outcome, str]:
        if judgement.rule_id != self.rule.id:
            return "taken", f"rule {self.earlier[judgement.rule_id]}"
        if judgement.standing in (PUBLISHED, MATCHED):
            return "already", "in the catalog" if judgement.standing == PUBLISHED else values["match_reason"]
        if judgement.standing == IGNORED:
            return self._ignored(values)
        if self.rule.action == PROPOSE:
            return "propose", ""
        if values["is_restored"] or values["is_parted"] or values["match_reason"]:
            return "waiting", values["match_reason"] or self._why_waiting(values)
        return ("publish" if judgement.is_pending else "unowned"), judgement.reasons["owner"]

    def _why_waiting(self, values: Mapping[str, Any]) -> str:
        if values["is_restored"]:
            return "a person took it back into the inbox"
        return "a person said which service it is not"

    def _ignored(self, values: Mapping[str, Any]) -> tuple[Outcome, str]:
        if values["is_left_out"]:
            return "already", "ignored by a person"
        if values["standing"] == IGNORED and values["rule_id"] == self.rule.id:
            return "already", f"ignored by rule {self.rule.name}"
        return "ignore", ""


def _spotted(values: Mapping[str, Any], labels: Mapping[str, str]) -> Spotted:
    """As much of the observation as rules and proposals look at."""
    return Spotted(
        Observation(
            key="",
            kind=values["object_kind"],
            name=values["name"],
            namespace=values["namespace"],
            labels=labels,
            exposure=Exposure(values["exposure"]),
            claims=tuple(Claim(**claim) for claim in orjson.loads(values["claims"] or "[]")),
        )
    )


def _decided(values: Mapping[str, Any], rule: Rule) -> Decided:
    # A link stays as it is while a rule is thought about, unless the rule ignores: that ends a match.
    is_linked = values["standing"] == MATCHED and values["service_id"] is not None and rule.action != IGNORE
    return Decided(
        standing=values["standing"],
        service_id=values["service_id"],
        match_reason=values["match_reason"],
        is_pinned=values["is_pinned"] or is_linked,
        is_tombstoned=values["is_left_out"],
        is_restored=values["is_restored"] and not values["is_left_out"],
        # From which service does not matter, for none is looked for.
        parted=(_ANY,) if values["is_parted"] else (),
        chosen=orjson.loads(values["chosen_text"]),
    )
