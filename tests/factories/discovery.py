"""Sources, runs and discovered services as rows, in every state; each call makes new ones.

They are written past the use cases, so that a test of a page or a query does not need a worker. A row is what a run
would have left behind: its fingerprint fits its facts, its state fits its standing.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.actor import Actor
from accounts.models import Role, Scope, Team
from catalog.models import Environment, Service
from discovery.configuration import unsealed_files
from discovery.connectors.base import (
    Claim,
    Endpoint,
    Exposure,
    Observation,
    Port,
    Posture,
    PostureFact,
    Problem,
    Workload,
)
from discovery.facts import Spotted, fingerprint, to_facts
from discovery.models import (
    UNDER_WAY,
    DiscoveredService,
    HoldState,
    PublicationRule,
    Run,
    RunProblem,
    RunState,
    Source,
    SourceUpload,
    State,
    Tombstone,
    Verdict,
)
from discovery.states import state_of

_numbers = count(1)

ADMINISTRATOR = Actor(kind="token", name="factory", role=Role.ADMINISTRATOR, scopes=frozenset({Scope.DISCOVERY}))

#: The phases a run of manifests goes through, as they stand when all went well.
PHASES = (
    {"name": "Read manifests", "state": "done", "count": 40, "total": 40},
    {"name": "Compare", "state": "done", "count": 20, "total": 20},
    {"name": "Apply", "state": "done", "count": 3, "total": 3},
)


def make_source(
    name: str = "", *, owner: Team | None = None, environment: Environment | None = None, **fields: Any
) -> Source:
    """A source of manifests that nobody ran yet; of production unless said otherwise."""
    if environment is None:
        environment, _ = Environment.objects.get_or_create(slug="production", defaults={"title": "Production"})
    values = {"kind": "manifests", "created_by": "factory", **fields}
    return Source.objects.create(
        name=name or f"source-{next(_numbers)}", owner=owner, environment=environment, **values
    )


def make_run(
    source: Source | None = None,
    state: str = RunState.COMPLETE,
    *,
    problems: Iterable[Problem] = (),
    at: datetime | None = None,
    took: timedelta = timedelta(seconds=41),
    **fields: Any,
) -> Run:
    """The next run of the source, queued at ``at``; one that has ended is its last run.

    Only a run that read something and was applied moves ``seen_at``.
    """
    source = source or make_source()
    at = at or timezone.now() - timedelta(minutes=3)
    source.run_count += 1
    run = Run.objects.create(
        source=source, number=source.run_count, **{**_run_fields(state, at, took), "queued_at": at, **fields}
    )
    make_problems(run, problems)
    if state not in UNDER_WAY:
        source.last_run = run
    if state in (RunState.COMPLETE, RunState.PARTIAL):
        source.seen_at = run.started_at
    source.save(update_fields=["run_count", "last_run", "seen_at"])
    return run


def make_held_run(source: Source | None = None, *, count: int = 212, of: int = 500, **fields: Any) -> Run:
    """A complete run whose loss waits for a person."""
    return make_run(source, **{"hold": HoldState.HELD, "hold_count": count, "hold_of": of, **fields})


def make_failed_run(source: Source | None = None, **fields: Any) -> Run:
    """A run that ended on what the place said."""
    values = {
        "error_code": "misconfigured",
        "error_message": "The folder clusters/prod is not there.",
        "error_hint": "Name a folder below the one the operator shares.",
        **fields,
    }
    return make_run(source, RunState.FAILED, **values)


def make_problems(run: Run, problems: Iterable[Problem]) -> list[RunProblem]:
    made = RunProblem.objects.bulk_create(
        RunProblem(
            run=run,
            position=run.problem_count + number,
            severity=problem.severity,
            code=problem.code,
            message=problem.message,
            place=problem.place,
            document=problem.document,
            line=problem.line,
        )
        for number, problem in enumerate(problems)
    )
    run.problem_count += len(made)
    run.save(update_fields=["problem_count"])
    return made


def make_observation(name: str = "", namespace: str = "payments", **fields: Any) -> Observation:
    """A Service of Kubernetes with a Deployment behind it."""
    name = name or f"workload-{next(_numbers)}"
    values = {
        "uid": f"uid-{namespace}-{name}",
        "cluster": "eu-1",
        "labels": {"app.kubernetes.io/name": name},
        "ports": (Port(8080, "http"),),
        "workloads": (Workload("Deployment", name, "1.4.0", 2),),
        "place": f"{namespace}/{name}.yaml",
        **fields,
    }
    return Observation(key=f"Service/{namespace}/{name}", kind="Service", name=name, namespace=namespace, **values)


def make_exposed(name: str = "", host: str = "pay.example.com", **fields: Any) -> Observation:
    """An observation that an Ingress makes reachable from the internet."""
    endpoint = Endpoint(host, "/", tls=True, by=f"Ingress {name or 'public'}")
    return make_observation(name, exposure=Exposure("internet", (endpoint,)), **fields)


def make_open(name: str = "", **fields: Any) -> Observation:
    """An observation that is reached from the internet in clear text, without anything that asks who calls."""
    facts = (
        PostureFact("mtls", "Plain text and mTLS are both accepted", "PeerAuthentication payments/default", "warning"),
        PostureFact("callers", "Anyone in the mesh may call", severity="warning"),
        PostureFact("exposure", "Reached as pay.example.com without a token", "Gateway istio-system/public", "error"),
    )
    posture = Posture("sidecar", "permissive", "anyone", is_open=True, facts=facts)
    return make_exposed(name, posture=posture, **fields)


def claim_owner(slug: str) -> Claim:
    return Claim("owner", slug, "annotation portico.io/owner")


def make_discovered(
    source: Source | None = None,
    state: str = State.NEW,
    *,
    seen: Observation | None = None,
    name: str = "",
    namespace: str = "payments",
    service: Service | None = None,
    rule: PublicationRule | None = None,
    now: datetime | None = None,
    **fields: Any,
) -> DiscoveredService:
    """A discovered service in that state of the inbox.

    Ignored and retired ones have the tombstone of who decided so; a matched or published one has ``service`` when it
    is given.
    """
    source = source or make_source()
    now = now or timezone.now()
    seen = seen or make_observation(name, namespace)
    spotted = Spotted(seen)
    values = {**_state_fields(state, now), **fields}
    row = DiscoveredService.objects.create(
        source=source,
        environment=source.environment,
        key=seen.key,
        identity=seen.identity or "",
        uid=seen.uid,
        object_kind=seen.kind,
        cluster=seen.cluster,
        namespace=seen.namespace,
        name=seen.name,
        version=seen.version,
        exposure=seen.exposure.level if seen.exposure else "inside",
        **_posture_fields(seen.posture or Posture()),
        facts=to_facts(spotted),
        fingerprint=fingerprint(spotted),
        search_text=f"{seen.name} {seen.namespace}",
        service=service,
        rule=rule,
        **{"proposed_title": seen.name, "first_seen_at": now, "changed_at": now, **values},
        state=state_of(values["standing"], values.get("missing_since"), values.get("retired_at")),
    )
    if state == State.IGNORED:
        make_tombstone(row, Verdict.IGNORED, now=now)
    return row


def make_tombstone(discovered: DiscoveredService, verdict: str, *, now: datetime | None = None, **fields: Any) -> Any:
    """A person's decision about the row; the row itself stays as it is."""
    values = {"decided_by": "factory", "reason": "Not ours", **fields}
    return Tombstone.objects.create(discovered=discovered, verdict=verdict, decided_at=now or timezone.now(), **values)


def stored_file() -> bytes:
    """What is in the one file that sources keep."""
    upload = SourceUpload.objects.select_related("source").get()
    return unsealed_files(upload.source, [upload])[upload.parameter]


def _run_fields(state: str, at: datetime, took: timedelta) -> Mapping[str, Any]:
    started = at + timedelta(seconds=1)
    known = {"state": state, "started_by": "schedule"}
    if state == RunState.QUEUED:
        return known
    known |= {"started_at": started, "heartbeat_at": started, "generation": 1, "connector_version": "1"}
    if state == RunState.RUNNING:
        reading = {"name": "Read manifests", "state": "running", "count": 12, "total": 40}
        waiting = [{**phase, "state": "waiting", "count": 0, "total": None} for phase in PHASES[1:]]
        return known | {"phase": "Read manifests", "phases": [reading, *waiting]}
    known |= {"finished_at": started + took}
    if state == RunState.FAILED:
        return known | {"phase": "Read manifests", "phases": [{**PHASES[0], "state": "failed", "count": 0}]}
    first = {**PHASES[0], "state": "partial" if state == RunState.PARTIAL else "done"}
    counts = {"observed": 20, "new": 3, "unchanged": 17}
    return known | {"applied_at": started + took, "phases": [first, *PHASES[1:]], "counts": counts}


def _posture_fields(posture: Posture) -> dict[str, Any]:
    return {"mesh": posture.mesh, "mtls": posture.mtls, "callers": posture.callers, "is_open": posture.is_open}


def _state_fields(state: str, now: datetime) -> dict[str, Any]:
    if state == State.MISSING:
        gone = now - timedelta(hours=2)
        return {"standing": "new", "missing_since": gone, "last_seen_at": gone}
    if state == State.RETIRED:
        gone = now - timedelta(days=8)
        return {"standing": "new", "missing_since": gone, "last_seen_at": gone, "retired_at": now}
    return {"standing": state}
