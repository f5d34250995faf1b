"""One discovered service in the words of the inbox."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import reverse

from accounts.actor import Actor
from accounts.models import Team
from catalog.models import Service
from catalog.querysets import is_visible
from common.web.words import counted
from discovery.models import DiscoveredService, FetchOutcome, SpecificationFetch, SpecificationOutcome, Tombstone

_NO_REASON = "no rule matches"
_FORMATS = {"openapi": "OpenAPI", "swagger": "Swagger"}
_OUTCOMES = {
    SpecificationOutcome.FOUND: "Found",
    SpecificationOutcome.PUBLISHED: "Published",
    SpecificationOutcome.REFUSED: "Refused",
    SpecificationOutcome.DIFFERS: "Drift",
}
_LOOK_AT_IT = frozenset({SpecificationOutcome.REFUSED, SpecificationOutcome.DIFFERS})


@dataclass(frozen=True, slots=True)
class SpecificationWords:
    """``words`` first, ``place`` in mono and ``note`` below; ``calls`` is whether someone should look at it."""

    words: str
    place: str = ""
    note: str = ""
    calls: bool = False
    is_found: bool = True


@dataclass(frozen=True, slots=True)
class Runs:
    """What runs behind a service; ``ready`` is «3 of 4» when known, and ``short`` when some are not ready."""

    words: str
    ready: str = ""
    short: bool = False


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposed value with its reason; ``within`` is the system below a domain."""

    field: str
    title: str
    reason: str
    within: str = ""

    @property
    def is_team(self) -> bool:
        return self.field == "owner"


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A discovered service as ``discovery.queries.inbox.shown`` read it, in words; nothing here asks the database.

    ``service`` is the catalog service it is, as long as the reader may know of that one.
    """

    discovered: DiscoveredService
    may_decide: bool
    service: Service | None = None
    decision: Tombstone | None = None

    @property
    def id(self) -> int:
        return self.discovered.pk

    @property
    def url(self) -> str:
        return discovered_url(self.id)

    @property
    def specification(self) -> SpecificationWords:
        return specification_words(self.discovered)

    @property
    def runs(self) -> Runs:
        return runs_of(self.discovered.workloads or ())

    @property
    def proposals(self) -> tuple[Proposed, Proposed]:
        return _proposals(self.discovered)

    @property
    def owner(self) -> Team | None:
        """Whose it is: of the catalog service, or of nobody's yet whose it would be."""
        if self.discovered.service_id is None:
            return self.discovered.proposed_owner
        return self.service.owner if self.service else None

    @property
    def set_aside_by(self) -> str:
        """Who ignored or retired it: a person, a rule or the time."""
        if self.decision is not None:
            return self.decision.decided_by
        return f"rule {self.discovered.rule.name}" if self.discovered.rule else "discovery"

    @property
    def set_aside_reason(self) -> str:
        if self.decision is not None:
            return self.decision.reason
        # A rule is named as who did it, and has no other reason.
        return ""

    @property
    def set_aside_at(self) -> Any:
        if self.decision is not None:
            return self.decision.decided_at
        return self.discovered.retired_at


def known_services(items: Iterable[DiscoveredService | Tombstone], actor: Actor) -> dict[int, Service]:
    """The catalog services that the rows or decisions came with and the actor may know of, by id; no query."""
    services = {item.service_id: item.service for item in items if item.service is not None}
    return {pk: service for pk, service in services.items() if is_visible(actor, service)}


def discovered_url(number: int) -> str:
    """The page of a discovered service; made from one pattern, since a list has fifty of them."""
    return _page_pattern().replace("/0/", f"/{number}/")


@cache
def _page_pattern() -> str:
    return reverse("discovery:discovered", args=[0])


def _proposals(discovered: DiscoveredService) -> tuple[Proposed, Proposed]:
    owner, domain, system = discovered.proposed_owner, discovered.proposed_domain, discovered.proposed_system
    reasons = discovered.reasons
    return (
        Proposed("owner", owner.title if owner else "", reasons.get("owner") or _NO_REASON),
        Proposed(
            "domain",
            domain.title if domain else "",
            reasons.get("domain") or _NO_REASON,
            system.title if system else "",
        ),
    )


def specification_words(discovered: DiscoveredService) -> SpecificationWords:
    outcome = discovered.specification_outcome
    version = discovered.specification_version
    note = discovered.specification_note
    if outcome == SpecificationOutcome.NONE and discovered.specification_id is None:
        return _looked_for(getattr(discovered, "fetch", None), note)
    if outcome == SpecificationOutcome.NONE:
        return SpecificationWords("Found", discovered.specification_place)
    words = _OUTCOMES[SpecificationOutcome(outcome)]
    if version is not None and outcome == SpecificationOutcome.PUBLISHED:
        name = f"{_FORMATS.get(version.format, version.format)} {_short(version.format_version)}"
        words = f"{name}, {counted(version.operation_count, 'operation,operations')}"
    return SpecificationWords(words, discovered.specification_place, note, outcome in _LOOK_AT_IT)


def _looked_for(fetch: SpecificationFetch | None, note: str) -> SpecificationWords:
    """There is no document; ``fetch`` is the look for one, if anybody looks."""
    if fetch is None or fetch.outcome in (FetchOutcome.NONE, FetchOutcome.NOT_FOUND):
        is_looked_for = fetch is None or fetch.outcome == FetchOutcome.NOT_FOUND
        return SpecificationWords(note or ("Not found" if is_looked_for else "Not looked for yet"), is_found=False)
    words = FetchOutcome(fetch.outcome).label
    return SpecificationWords(words, fetch.place, fetch.note, calls=True, is_found=False)


def runs_of(workloads: Iterable[Mapping[str, Any]]) -> Runs:
    """«Deployment» and «3 of 4»; several of one kind are counted, several kinds are named."""
    known = list(workloads)
    if not known:
        return Runs("")
    kinds = list(dict.fromkeys(workload["kind"] for workload in known))
    words = ", ".join(kinds) if len(known) == len(kinds) else f"{len(known)} × {', '.join(kinds)}"
    wanted = [workload.get("replicas") for workload in known]
    ready = [workload.get("ready") for workload in known]
    if None in wanted:
        return Runs(words)
    if None in ready:
        return Runs(words, counted(sum(wanted), "replica,replicas"))
    return Runs(words, f"{sum(ready)} of {sum(wanted)}", sum(ready) < sum(wanted))


def _short(version: str) -> str:
    """3.1 of 3.1.0: the patch of a format says nothing to who reads a list."""
    return ".".join(version.split(".")[:2])
