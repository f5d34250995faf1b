"""What the page of a discovered service shows of it, in words."""

from typing import Any

from accounts.actor import Actor
from catalog.models import ServiceKind, Visibility
from common.access import can
from discovery.fetching.due import fetching_kinds, is_looked_at
from discovery.models import DiscoveredService, FetchOutcome, Verdict
from discovery.permissions import Action
from discovery.proposals import NO_RULE
from discovery.web.inbox_rows import known_services

_KINDS, _VISIBILITIES = dict(ServiceKind.choices), dict(Visibility.choices)
_CALLING = (FetchOutcome.REFUSED, FetchOutcome.NOT_ALLOWED, FetchOutcome.UNREACHABLE)
_VERDICTS = {
    Verdict.IGNORED: "Ignored",
    Verdict.RETIRED: "Retired",
    Verdict.MERGED: "Matched with",
    Verdict.PARTED: "Not the same as",
}


def places_of(one: DiscoveredService) -> dict[str, Any]:
    """Workloads, ports, endpoints, labels and annotations as they were seen last."""
    facts = one.facts
    return {
        "workloads": facts.get("workloads", []),
        "ports": facts.get("ports", []),
        "endpoints": facts.get("endpoints", []),
        "labels": sorted(facts.get("labels", {}).items()),
        "annotations": sorted(facts.get("annotations", {}).items()),
        "place": facts.get("place", ""),
    }


def fetch_of(one: DiscoveredService, actor: Actor) -> dict[str, Any]:
    """The last look for its specification, its badge where there is something to act upon, and who may look again."""
    fetch = getattr(one, "fetch", None)
    outcome = fetch.outcome if fetch is not None else ""
    is_asked = one.source.kind in fetching_kinds() and is_looked_at(one)
    return {
        "fetch": fetch,
        "fetch_badge": outcome if outcome in _CALLING else "",
        "may_fetch": is_asked and can(actor, Action.SOURCE_RUN, one.source),
    }


def proposals_of(one: DiscoveredService) -> list[dict[str, Any]]:
    """What publishing would set, field by field, each with the reason."""
    values = [
        ("owner", "Owner", one.proposed_owner.title if one.proposed_owner else ""),
        ("domain", "Domain", one.proposed_domain.title if one.proposed_domain else ""),
        ("system", "System", one.proposed_system.title if one.proposed_system else ""),
        ("kind", "Kind", _KINDS.get(one.proposed_kind, one.proposed_kind)),
        ("visibility", "Visibility", _VISIBILITIES.get(one.proposed_visibility, one.proposed_visibility)),
        ("title", "Title", one.proposed_title),
    ]
    return [
        {"field": field, "label": label, "value": value, "reason": one.reasons.get(field) or ("" if value else NO_RULE)}
        for field, label, value in values
    ]


def decisions_of(one: DiscoveredService, actor: Actor) -> list[dict[str, Any]]:
    """Each decision of a person, the newest first; ``one.tombstones`` has come with the row."""
    decisions = list(one.tombstones.all())
    services = known_services(decisions, actor)
    return [
        {
            "words": _VERDICTS[Verdict(decision.verdict)],
            "decision": decision,
            "service": services.get(decision.service_id),
            "is_about_service": decision.service_id is not None,
            "stands": decision.lifted_at is None,
        }
        for decision in decisions
    ]
