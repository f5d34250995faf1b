"""What a run leaves for the next one, seen from outside: a run that remembers finds what one finds that does not."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from demo.cluster.cluster import Cluster
from demo.cluster.kinds import GATEWAY_API
from demo.cluster.kubeconfig import kubeconfig
from demo.cluster.server import Server
from demo.cluster.synthetic import Load, large_cluster, manifests
from discovery.connectors.base import Derived, Observation, Same
from discovery.models import DiscoveredService, Run, RunState, Source
from discovery.runs import origin
from discovery.runs.claim import claim
from discovery.runs.engine import execute
from discovery.runs.gathering import Gathered, Limits
from discovery.runs.queue import enqueue
from tests.factories.catalog import make_environment, make_service
from tests.factories.rules import make_rule

pytestmark = pytest.mark.django_db

LOAD = Load(3, 12, virtual_services=6, destination_rules=6, authorization_policies=3, peer_authentications=3)
SERVICES = LOAD.services + 1
NOTHING_NEW = {"new": 0, "changed": 0, "missing": 0, "returned": 0, "ignored": 0}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(large_cluster(LOAD)) as running:
        running.cluster.install(*GATEWAY_API)
        yield running


@pytest.fixture
def cluster(server: Server) -> Iterator[Cluster]:
    yield server.cluster
    server.cluster.faults.clear()


@pytest.fixture
def source(server: Server, cluster: Cluster, settings: Any, tmp_path: Path) -> Source:
    settings.PORTICO_HOME = tmp_path
    settings.PORTICO_CONNECTORS = ("discovery.connectors.kubernetes.connector.Kubernetes",)
    settings.PORTICO_SECRETS_KEYS = ["a key of this test alone"]
    make_environment("production")
    path = tmp_path / "kubeconfig"
    path.write_text(kubeconfig("large", server.url, server.authority.certificate, token=cluster.reader()))
    call_command("add_source", kind="kubernetes", name="large", environment="production", kubeconfig=path)
    run(Source.objects.get())
    return Source.objects.get()


def run(source: Source) -> Run:
    queued = enqueue(source, "test", timezone.now()) if not Run.objects.filter(state="queued").exists() else None
    claimed = claim(source.pk, timezone.now())
    assert claimed is not None
    execute(claimed)
    return Run.objects.get(pk=claimed.run_id if queued is None else queued.pk)


def forget(home: Path) -> None:
    shutil.rmtree(home / "origins")


def counts(of: Run) -> dict[str, int]:
    assert of.state == RunState.COMPLETE, of.error_message
    return {name: of.counts[name] for name in NOTHING_NEW}


def versions() -> list[tuple]:
    """Each row with the place of its current version, which any write changes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, ctid::text FROM discovery_discoveredservice ORDER BY key")
        return cursor.fetchall()


def derived(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of the observations that reach the engine from now on."""
    taken: list[str] = []
    take = Gathered.take

    def noting(self: Gathered, seen: Observation) -> None:
        taken.append(seen.key)
        take(self, seen)

    monkeypatch.setattr(Gathered, "take", noting)
    return taken


def test_nothing_is_derived_nor_written_when_nothing_has_changed(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, taken = versions(), derived(monkeypatch)
    again = run(source)

    assert (counts(again), again.counts["observed"], again.counts["unchanged"]) == (NOTHING_NEW, SERVICES, SERVICES)
    assert (taken, versions()) == ([], before)
    assert again.complete == [["Service", "*"], ["ServiceEntry", "*"], ["WorkloadEntry", "*"]]


def _labelled(cluster: Cluster) -> None:
    cluster.modify("Service", "team-000", "ledger-00000", lambda body: body["metadata"]["labels"].update(team="other"))


def _scaled(cluster: Cluster) -> None:
    cluster.modify("Deployment", "team-001", "cards-00001", lambda body: body["spec"].update(replicas=7))


def _gone(cluster: Cluster) -> None:
    cluster.delete("Service", "team-002", "loans-00002")


def _come(cluster: Cluster) -> None:
    first = next(one for one in manifests(LOAD) if one["kind"] == "Service")
    cluster.add(first | {"metadata": first["metadata"] | {"name": "fresh", "namespace": "elsewhere"}})


def _rerouted(cluster: Cluster) -> None:
    def change(body: dict[str, Any]) -> None:
        body["spec"]["http"][-1]["match"] = [{"uri": {"prefix": "/other/"}}]

    cluster.modify("VirtualService", "team-000", "ledger-00000", change)


def _closed(cluster: Cluster) -> None:
    cluster.delete("gateways.networking.istio.io", "istio-system", "edge")


def _fronted(cluster: Cluster) -> None:
    """The gateway's own Service is another namespace's, and says from where all others can be reached."""
    about = {"name": "edge", "namespace": "istio-system"}
    spec = {"type": "ClusterIP", "selector": {"istio": "edge"}, "ports": [{"port": 443}]}
    cluster.add({"apiVersion": "v1", "kind": "Service", "metadata": about, "spec": spec})


def _claimed(cluster: Cluster) -> None:
    about = {"name": "team-001", "annotations": {"portico.io/owner": "cards"}}
    cluster.add({"apiVersion": "v1", "kind": "Namespace", "metadata": about})


def _limited(cluster: Cluster) -> None:
    def change(body: dict[str, Any]) -> None:
        body["spec"]["trafficPolicy"]["connectionPool"]["tcp"]["maxConnections"] = 7

    cluster.modify("DestinationRule", "team-000", "ledger-00000", change)


@pytest.mark.parametrize("change", [_labelled, _scaled, _gone, _come, _rerouted, _fronted, _claimed, _limited, _closed])
def test_a_run_that_remembers_finds_what_has_changed(
    source: Source, cluster: Cluster, tmp_path: Path, change: Callable[[Cluster], None]
) -> None:
    run(source)
    change(cluster)
    found = counts(run(source))
    assert found != NOTHING_NEW
    forget(tmp_path)

    assert counts(run(source)) == NOTHING_NEW


@pytest.mark.parametrize(
    "damage",
    [
        {"missing_since": timezone.now(), "state": "missing"},
        {"last_seen_at": timezone.now()},
        {"hold": "held"},
        {"fingerprint": bytes(16)},
    ],
)
def test_rows_that_are_not_what_followed_are_derived_again(source: Source, damage: Mapping[str, Any]) -> None:
    broken = DiscoveredService.objects.filter(name="ledger-00000")
    broken.update(**damage)
    run(source)
    row = broken.get()

    assert (row.missing_since, row.last_seen_at, row.hold) == (None, None, "")
    assert bytes(row.fingerprint) != bytes(16)


def test_a_row_that_is_gone_comes_back(source: Source) -> None:
    DiscoveredService.objects.filter(name="ledger-00000").delete()
    assert counts(run(source)) == NOTHING_NEW | {"new": 1}


def test_each_run_tells_of_the_problems_that_it_has(source: Source, cluster: Cluster) -> None:
    cluster.faults.forbid(resource="ingresses")
    first, second = run(source), run(source)

    assert [first.state, second.state] == [RunState.PARTIAL] * 2
    assert first.problem_count == second.problem_count > 0


@pytest.mark.parametrize("left", [b"", b"\xff", b"\x80"], ids=["empty", "garbage", "other"])
def test_what_cannot_be_read_is_as_if_nothing_was_left(
    source: Source, tmp_path: Path, left: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "origins" / f"{source.pk}.msgpack").write_bytes(left)
    taken = derived(monkeypatch)

    assert counts(run(source)) == NOTHING_NEW
    assert len(taken) == DiscoveredService.objects.count()


def test_what_is_old_counts_for_nothing(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origin, "SECONDS_AT_MOST", 0)
    taken = derived(monkeypatch)
    run(source)

    assert len(taken) == DiscoveredService.objects.count()


def test_another_configuration_is_another_origin(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    source.configuration |= {"cluster": "renamed"}
    source.save(update_fields=["configuration"])
    taken = derived(monkeypatch)
    run(source)

    assert {key.partition("/")[0] for key in taken} == {"renamed"}


def test_rules_and_the_catalog_are_asked_although_the_cluster_is_the_same(source: Source, tmp_path: Path) -> None:
    rule = make_rule("leave-out", action="ignore", selector={"namespaces": ["team-000"]})
    assert counts(run(source))["ignored"] == LOAD.services // LOAD.namespaces
    rule.delete()
    run(source)
    assert not DiscoveredService.objects.filter(standing="ignored").exists()

    service = make_service("cards-00001")
    DiscoveredService.objects.filter(name="cards-00001").update(chosen={"kind": "microservice"})
    run(source)
    before = list(DiscoveredService.objects.order_by("pk").values())
    forget(tmp_path)
    run(source)

    assert list(DiscoveredService.objects.order_by("pk").values()) == before
    assert service.pk


def test_an_observation_after_the_word_that_all_is_the_same_is_a_mistake() -> None:
    gathered = Gathered(None, Limits())
    gathered.note_origin(Derived(b"x"))
    gathered.note_origin(Same())
    with pytest.raises(ValueError):
        gathered.take(Observation("x", "Service", "x"))
