"""What publishing a service would set, with the reason for each value. Pure.

A person's choice comes first, then what the service claims of itself, then the rule, then what follows from its system
and its namespace. A claim that names something unknown ends the search: a misspelt owner is not replaced by another.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from discovery.connectors.base import Claim, Observation
from discovery.rules import Rule

PART_OF = "app.kubernetes.io/part-of"
BY_HAND, BY_DEFAULT, NO_RULE = "set by hand", "default", "no rule matches"
TITLE_LENGTH, DESCRIPTION_LENGTH, SHOWN_LENGTH = 300, 10_000, 100
_NOUNS = {"owner": "team", "domain": "domain", "system": "system", "kind": "kind"}


@dataclass(frozen=True, slots=True)
class Named:
    """A team, domain or system that a proposal can name."""

    id: int
    slug: str
    title: str
    owner_id: int | None = None
    domain: "Named | None" = None


@dataclass(frozen=True, slots=True)
class Names:
    """Everything a proposal can name, by slug."""

    teams: Mapping[str, Named] = field(default_factory=dict)
    domains: Mapping[str, Named] = field(default_factory=dict)
    systems: Mapping[str, Named] = field(default_factory=dict)
    kinds: frozenset[str] = frozenset({"microservice"})


@dataclass(frozen=True, slots=True)
class Proposal:
    """The values publishing would set, and why, by field."""

    title: str
    description: str
    kind: str
    owner_id: int | None
    domain: Named | None
    system: Named | None
    visibility: str
    reasons: Mapping[str, str]


def propose(seen: Observation, chosen: Mapping[str, str | None], rule: Rule | None, names: Names) -> Proposal:
    """The proposal for one observation; ``chosen`` is what a person set instead, slugs by field."""
    return _Proposing(seen, chosen, rule, names).proposal()


class _Proposing:
    """One proposal in the making. Each step returns the value of a field and notes its reason."""

    def __init__(self, seen: Observation, chosen: Mapping[str, str | None], rule: Rule | None, names: Names) -> None:
        self.seen, self.chosen, self.rule, self.names = seen, chosen, rule, names
        self.claims: dict[str, Claim] = {}
        for claim in seen.claims:
            self.claims.setdefault(claim.field, claim)
        self.reasons: dict[str, str] = {}

    def proposal(self) -> Proposal:
        system = self._named("system", self.names.systems) or self._derived("system", self._own_system)
        domain = self._named("domain", self.names.domains) or self._derived("domain", self._own_domain, system)
        owner = self._named("owner", self.names.teams)
        owner_id = owner.id if owner else self._derived("owner", self._own_owner, system)
        if owner_id is None:
            self.reasons.setdefault("owner", f"rule {self.rule.name} names no owner" if self.rule else NO_RULE)
        return Proposal(
            title=self._text("title", self.seen.name)[:TITLE_LENGTH],
            description=self._text("description", "")[:DESCRIPTION_LENGTH],
            kind=self._kind(),
            owner_id=owner_id,
            domain=domain,
            system=system,
            visibility=self._visibility(),
            reasons=self.reasons,
        )

    def _named(self, field: str, known: Mapping[str, Named]) -> Named | None:
        """What a person, a claim or the rule names; a reason without a value when that does not exist."""
        slug, reason = self._said(field)
        if not reason:
            return None
        self.reasons[field] = reason
        if slug and slug not in known:
            self.reasons[field] = f"{reason} names {slug[:SHOWN_LENGTH]}, which is no {_NOUNS[field]}"
        return known.get(slug)

    def _said(self, field: str) -> tuple[str, str]:
        if field in self.chosen:
            return self.chosen[field] or "", BY_HAND
        if field in self.claims:
            return self.claims[field].value, self.claims[field].reason
        value = getattr(self.rule, field, "") if self.rule else ""
        return (value, f"rule {self.rule.name}") if self.rule and value else ("", "")

    def _derived(self, field: str, derive: Callable[..., tuple[Any, str]], *given: Named | None) -> Any:
        """What follows from the rest, unless something was said of the field, be it that there is none."""
        if field in self.reasons:
            return None
        value, reason = derive(*given)
        if value is not None:
            self.reasons[field] = reason
        return value

    def _own_system(self) -> tuple[Named | None, str]:
        part_of = self.seen.labels.get(PART_OF, "").lower()
        if part_of in self.names.systems:
            return self.names.systems[part_of], f"label {PART_OF}"
        return self.names.systems.get(self.seen.namespace), f"namespace {self.seen.namespace}"

    def _own_domain(self, system: Named | None) -> tuple[Named | None, str]:
        """The system's domain before the namespace, so that the two never contradict each other."""
        if system is not None and system.domain is not None:
            return system.domain, f"domain of system {system.title}"
        return self.names.domains.get(self.seen.namespace), f"namespace {self.seen.namespace}"

    def _own_owner(self, system: Named | None) -> tuple[int | None, str]:
        return (system.owner_id, f"owner of system {system.title}") if system is not None else (None, "")

    def _text(self, field: str, default: str) -> str:
        value, reason = self._said(field)
        if reason:
            self.reasons[field] = reason
        return value or default

    def _kind(self) -> str:
        kind, reason = self._said("kind")
        if not kind:
            self.reasons["kind"] = BY_DEFAULT
        elif kind in self.names.kinds:
            self.reasons["kind"] = reason
            return kind
        else:
            self.reasons["kind"] = f"{reason} names {kind[:SHOWN_LENGTH]}, which is no kind"
        return "microservice"

    def _visibility(self) -> str:
        """Internal, unless a person or the rule says otherwise: no claim makes a service public."""
        value = self.chosen.get("visibility") or ""
        if value:
            self.reasons["visibility"] = BY_HAND
        elif self.rule is not None and self.rule.visibility:
            value = self.rule.visibility
            self.reasons["visibility"] = f"rule {self.rule.name}"
        else:
            self.reasons["visibility"] = BY_DEFAULT
        return value or "internal"
