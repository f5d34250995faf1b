"""What the catalog asks of discovery: where services run, and who says what their fields are.

Who may see a service sees where it runs; only who is not signed in does not, because names of clusters and namespaces
are none of the world's business.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q

from accounts.actor import Actor
from accounts.models import AuditEvent
from catalog.models import APIVersion, Service
from catalog.querysets import is_visible, visible
from catalog.questions import Drift, Place, PlaceFact, PlacePosture, Said, drift_of, places_of, said_of
from common.access import can
from discovery.connectors.base import Observation
from discovery.facts import seen_in
from discovery.linking import order_of
from discovery.models import DiscoveredService, Provenance, SpecificationDrift, SpecificationOutcome, Standing
from discovery.permissions import Action
from discovery.queries.drift import drifting_from
from discovery.statements import plain

_CREATED = "catalog.service.created"
_SHOWN = (Standing.MATCHED, Standing.PUBLISHED, Standing.RETIRED)


@places_of.answer_with
def places(actor: Actor, service_ids: Collection[int]) -> Mapping[int, Sequence[Place]] | None:
    """One query, however many services and places, and one more where documents wait beside them."""
    if not actor.is_authenticated:
        return None
    rows = DiscoveredService.objects.filter(service__in=service_ids, standing__in=_SHOWN)
    rows = rows.select_related("source", "environment", "service", "specification", "fetch").defer(
        "specification__compressed"
    )
    found: dict[int, list[DiscoveredService]] = {service_id: [] for service_id in service_ids}
    for row in rows:
        found[row.service_id].append(row)
    published = _published(actor, rows)
    return {
        service_id: [place_seen(actor, row, published) for row in sorted(of_service, key=order_of)]
        for service_id, of_service in found.items()
    }


@drift_of.answer_with
def drift(actor: Actor, version: APIVersion) -> Sequence[Drift] | None:
    """One query."""
    if not actor.is_authenticated:
        return None
    return [_drift(actor, row) for row in drifting_from(version)]


def _drift(actor: Actor, row: SpecificationDrift) -> Drift:
    place = row.discovered
    known = place.service is not None and is_visible(actor, place.service)
    return Drift(
        place_id=place.pk,
        environment=place.environment.title,
        service=place.service.slug if known else "",
        service_title=place.service.title if known else "",
        running=row.running,
        added=row.added,
        removed=row.removed,
        changed=row.changed,
        other=row.other,
        details=row.details,
        since=row.since,
        draft=row.draft.name if row.draft else "",
        may_open=can(actor, Action.SERVICE_DECIDE, place),
    )


@said_of.answer_with
def said(actor: Actor, service: Service) -> Mapping[str, Said] | None:
    """Two queries, the second for who edited what by hand; the service comes with owner, domain and system."""
    if not actor.is_authenticated:
        return None
    rows = list(Provenance.objects.filter(service=service).select_related("discovered__source"))
    current = {row.field: plain(getattr(service, row.field)) for row in rows}
    by_hand = {row.field for row in rows if current[row.field] != row.written}
    edits = _edits_of(service, by_hand)
    return {
        row.field: _said(row, current[row.field], edits.get(row.field)) for row in rows if _says_something(row, current)
    }


def _published(actor: Actor, rows: Iterable[DiscoveredService]) -> set[tuple[int, str]]:
    """Services with the digests of waiting documents that an API of theirs has as a version, whoever published it."""
    waiting = {(row.service_id, row.specification.sha256) for row in rows if _waits(row)}
    if not waiting:
        return set()
    services, digests = zip(*waiting, strict=True)
    versions = APIVersion.objects.filter(
        visible(actor, "api__"), api__provided_by__in=services, specification__sha256__in=digests
    )
    return waiting.intersection(versions.values_list("api__provided_by", "specification__sha256"))


def _waits(row: DiscoveredService) -> bool:
    return row.specification_outcome == SpecificationOutcome.FOUND and row.specification is not None


def place_seen(actor: Actor, row: DiscoveredService, published: Collection[tuple[int, str]] = ()) -> Place:
    """The row, which comes with source, environment and specification, as a place; no query."""
    seen = seen_in(row)
    workloads = seen.workloads or ()
    first = workloads[0] if workloads else None
    may_decide = can(actor, Action.SERVICE_DECIDE, row)
    endpoints = seen.exposure.endpoints if seen.exposure else ()
    outcome = row.specification_outcome
    if _waits(row) and (row.service_id, row.specification.sha256) in published:
        outcome = SpecificationOutcome.PUBLISHED
    note = row.specification_note
    fetch = getattr(row, "fetch", None)
    if not outcome and row.specification is None and fetch is not None:
        outcome, note = fetch.outcome, fetch.note
    return Place(
        id=row.pk,
        environment=row.environment.slug,
        environment_title=row.environment.title,
        source=row.source.name,
        cluster=row.cluster,
        namespace=row.namespace,
        name=row.name,
        state=row.state,
        seen_at=row.last_seen_at or row.source.seen_at,
        workload_kind=first.kind if first else "",
        workload_name=first.name if first else "",
        version=row.version or (first.version if first else ""),
        ready=_sum(workload.ready for workload in workloads),
        replicas=_sum(workload.replicas for workload in workloads),
        exposure=row.exposure,
        endpoints=tuple(endpoint.url for endpoint in endpoints),
        posture=posture_of(seen),
        specification=outcome,
        specification_note=note,
        matched_by=row.match_reason,
        may_open=may_decide,
        may_part=may_decide and row.standing != Standing.RETIRED,
    )


def posture_of(seen: Observation) -> PlacePosture:
    """How the mesh protects what was seen, in the catalog's words."""
    posture = seen.posture
    if posture is None:
        return PlacePosture()
    facts = tuple(PlaceFact(fact.topic, fact.text, fact.by, fact.severity) for fact in posture.facts)
    return PlacePosture(posture.mesh, posture.mtls, posture.callers, posture.is_open, facts)


def _sum(counts: Any) -> int | None:
    """``None`` when nobody counted one of them, or there is none."""
    known = list(counts)
    return sum(known) if known and None not in known else None


def _says_something(row: Provenance, current: Mapping[str, Any]) -> bool:
    return row.said is not None or current[row.field] is not None


def _edits_of(service: Service, fields: Collection[str]) -> dict[str, AuditEvent]:
    """The newest event in which somebody set the field, and where none did, the one that made the service."""
    if not fields:
        return {}
    events = AuditEvent.objects.filter(
        Q(difference__has_any_keys=sorted(fields)) | Q(action=_CREATED),
        object_type=Service._meta.model_name,
        object_id=service.pk,
    )
    edits: dict[str, AuditEvent] = {}
    for event in events.exclude(actor_kind="system").order_by("-at", "-pk"):
        for field in fields:
            if event.action == _CREATED or field in event.difference:
                edits.setdefault(field, event)
    return edits


def _said(row: Provenance, current: str | None, edit: AuditEvent | None) -> Said:
    is_by_hand = current != row.written
    differs = is_by_hand and row.said is not None and row.said != current
    return Said(
        field=row.field,
        source=row.discovered.source.name,
        reason=row.reason,
        said_at=row.said_at,
        is_by_hand=is_by_hand,
        edited_by=edit.actor_name if edit else "",
        edited_at=edit.at if edit else None,
        would_say=row.said if differs else None,
    )
