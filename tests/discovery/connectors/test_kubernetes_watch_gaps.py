"""What a watch makes of missing rights, of kinds that come and go, and of namespaces one by one."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from demo.cluster.access import READ_VERBS, Identity, Rule
from demo.cluster.cluster import Cluster
from demo.cluster.kinds import ISTIO
from demo.cluster.server import Server
from discovery.connectors.base import Refused
from tests.demo.cluster.manifests import service
from tests.discovery.connectors.test_kubernetes_watching import gateway, virtual_service
from tests.discovery.connectors.watched import QUICK, watching

LOOKING = replace(QUICK, discovery=0.05)
WHO = "somebody"


@pytest.fixture
def cluster() -> Cluster:
    cluster = Cluster()
    for name in ("payments", "ledger"):
        cluster.add(service(name))
    cluster.add(service("kyc", "personal"))
    return cluster


@pytest.fixture
def server(cluster: Cluster) -> Iterator[Server]:
    with Server(cluster) as server:
        yield server


def somebody(cluster: Cluster, *rules: Rule) -> str:
    cluster.access.grant(WHO, *rules)
    return cluster.access.issue(Identity(WHO, ("system:authenticated",)))


def reading(group: str, *resources: str, verbs: tuple[str, ...] = READ_VERBS) -> Rule:
    return Rule(verbs, (group,), resources)


CORE = reading("", "services", "namespaces")
REST = (reading("apps", "*"), reading("discovery.k8s.io", "*"))
LISTED = ("get", "list")


def test_what_may_be_listed_and_not_watched_is_a_gap_until_it_may(server: Server, cluster: Cluster):
    token = somebody(cluster, CORE, *REST, reading("networking.k8s.io", "ingresses", verbs=LISTED))
    with watching(server, token=token) as watched:
        watched.until(lambda told: told.changes and told.last.gaps)
        (gap,) = watched.last.gaps
        assert gap.startswith("ingresses.networking.k8s.io: the right to watch is missing; from where Services can")
        assert {seen.exposure for seen in watched.services.values()} == {None}
        cluster.access.grant(WHO, reading("networking.k8s.io", "ingresses"))
        watched.until(lambda told: not told.last.gaps)
        watched.until(lambda told: told.exposure("payments") is not None)
        assert len(watched.changes) == 2


def test_what_may_not_be_listed_is_a_gap_and_nothing_else(server: Server, cluster: Cluster):
    with watching(server, token=somebody(cluster, CORE, *REST)) as watched:
        watched.until(lambda told: told.changes and told.last.gaps)
        (gap,) = watched.last.gaps
        assert gap.startswith("ingresses.networking.k8s.io: the right to list is missing;")
        cluster.add(service("new"))
        watched.until(lambda told: "new" in told.names())
        assert watched.exposure("new") is None


def test_a_refusal_that_passes_is_not_believed(server: Server, cluster: Cluster):
    with watching(server, replace(QUICK, refusal=60)) as watched:
        watched.until(lambda told: told.is_open)
        cluster.faults.forbid("", "services")
        server.cut_streams()
        watched.until(lambda told: any(one.status == 403 for one in list(server.requests)))
        cluster.faults.permit("", "services")
        cluster.add(service("new"))
        watched.until(lambda told: "new" in told.names())
        assert watched.last.gaps == ()


@pytest.mark.parametrize("verb", ["list", "watch"])
def test_without_a_right_to_services_it_says_which_and_what_to_apply(server: Server, cluster: Cluster, verb: str):
    rules = [reading("", "services", verbs=LISTED)] if verb == "watch" else []
    token = somebody(cluster, *rules, *REST)
    with (
        pytest.raises(Refused, match=f"somebody may not {verb} Services") as caught,
        watching(server, token=token) as it,
    ):
        it.until(lambda told: False)
    assert "kind: ClusterRole\n" in caught.value.hint
    assert "verbs: [list, watch]" in caught.value.hint


def test_a_right_to_services_that_is_taken_away_ends_it(server: Server, cluster: Cluster):
    with pytest.raises(Refused, match="may not watch Services"), watching(server) as watched:
        watched.until(lambda told: told.is_open)
        cluster.faults.forbid(resource="services")
        server.cut_streams()
        watched.until(lambda told: False)


def test_a_list_that_is_refused_in_its_middle_makes_nothing_missing(server: Server, cluster: Cluster):
    for number in range(600):
        cluster.add({"apiVersion": "v1", "kind": "Service", "metadata": {"name": f"s-{number}", "namespace": "many"}})
    cluster.faults.forbid("many", "services", after=1)
    with watching(server, namespaces=["cards", "many"]) as watched:
        watched.until(lambda told: told.changes and told.last.gaps)
        assert [gap.partition(":")[0] for gap in watched.last.gaps] == ["services in many"]
        assert {one.namespace for one in watched.changes[0].scopes if one.kind == "Service"} == {"cards"}
        assert not watched.names("many")
        cluster.delete("Service", "cards", "ledger")
        watched.until(lambda told: told.names() == {"payments"})
        cluster.faults.permit("many", "services")
        watched.until(lambda told: len(told.names("many")) == 600)
        assert not watched.last.gaps or watched.until(lambda told: not told.last.gaps)


def test_it_watches_namespaces_one_by_one_and_asks_for_nothing_else(server: Server, cluster: Cluster):
    token = cluster.reader(WHO, namespaces=["cards", "personal"])
    with watching(server, token=token, namespaces=["cards", "personal"]) as watched:
        watched.until(lambda told: told.is_open)
        assert (watched.names(), watched.names("personal")) == ({"payments", "ledger"}, {"kyc"})
        cluster.add(service("new", "personal"))
        cluster.add(service("new", "elsewhere"))
        watched.until(lambda told: "new" in told.names("personal"))
        assert not watched.names("elsewhere")
        told = {scope.namespace for one in watched.changes for scope in one.scopes}
        assert told == {"cards", "personal"}
    assert {one.status for one in server.requests} == {200}


def test_a_namespace_that_becomes_forbidden_is_a_gap_of_its_own(server: Server, cluster: Cluster):
    token = cluster.reader(WHO, namespaces=["cards", "personal"])
    with watching(server, token=token, namespaces=["cards", "personal"]) as watched:
        watched.until(lambda told: told.is_open)
        cluster.faults.forbid("personal")
        server.cut_streams()
        watched.until(lambda told: len(told.last.gaps) == told.last.streams / 2)
        assert all("in personal: the right to watch is missing" in gap for gap in watched.last.gaps)
        cluster.delete("Service", "personal", "kyc")
        cluster.add(service("new"))
        watched.until(lambda told: "new" in told.names())
        assert watched.names("personal") == {"kyc"}
        cluster.faults.permit("personal")
        watched.until(lambda told: not told.names("personal"))
        assert {scope.namespace for scope in watched.changes[-1].scopes} == {"personal"}


def test_too_many_namespaces_are_left_to_runs(server: Server, cluster: Cluster):
    names = [f"team-{number}" for number in range(100)]
    with pytest.raises(Exception, match="streams") as caught, watching(server, namespaces=names) as watched:
        watched.listen()
    assert caught.value.code == "not-watchable"
    assert "Runs read them all the same" in caught.value.hint


def test_a_kind_that_is_installed_is_watched_and_one_that_is_removed_opens_nothing(server: Server, cluster: Cluster):
    def open_payments() -> None:
        cluster.install(*ISTIO)
        cluster.add(gateway())
        cluster.add(virtual_service("payments.cards.svc.cluster.local"))

    cluster.pace.removal_seconds = 0.05
    with watching(server, LOOKING) as watched:
        watched.until(lambda told: told.is_open)
        streams = watched.last.streams
        open_payments()
        watched.until(lambda told: told.level("payments") == "internet")
        watched.until(lambda told: told.is_open and told.last.streams > streams + 5)
        cluster.uninstall(*ISTIO)
        watched.until(lambda told: told.level("payments") == "inside")
        watched.until(lambda told: told.last.streams == streams and told.is_open)
        open_payments()
        watched.until(lambda told: told.level("payments") == "internet")


def test_a_stream_that_finds_its_kind_gone_has_discovery_asked_at_once(server: Server, cluster: Cluster):
    cluster.install(*ISTIO)
    cluster.pace.removal_seconds = 0.05
    with watching(server) as watched:
        watched.until(lambda told: told.is_open)
        cluster.uninstall(*ISTIO)
        watched.until(lambda told: told.last.streams < 10)
        assert watched.until(lambda told: not told.last.gaps)


def test_what_is_installed_is_asked_for_without_being_sent_again(server: Server, cluster: Cluster):
    def asked() -> list[int]:
        return [one.status for one in list(server.requests) if one.target == "/apis"]

    with watching(server, LOOKING) as watched:
        watched.until(lambda told: len(asked()) > 4)
        assert asked()[0] == 200
        assert set(asked()[1:]) == {304}
        assert watched.last.gaps == ()


def test_a_group_that_gets_out_of_order_stays_as_it_is_known(server: Server, cluster: Cluster):
    cluster.install(*ISTIO)
    cluster.add(gateway())
    cluster.add(virtual_service("payments.cards.svc.cluster.local"))
    with watching(server, LOOKING) as watched:
        watched.until(lambda told: told.is_open)
        assert watched.level("payments") == "internet"
        cluster.make_unavailable("networking.istio.io", "v1")
        server.cut_streams()
        watched.until(lambda told: any("virtualservices" in gap for gap in told.last.gaps))
        cluster.add(service("new"))
        watched.until(lambda told: "new" in told.names())
        assert watched.level("payments") == "internet"
        cluster.make_available("networking.istio.io")
        watched.until(lambda told: told.is_open and not told.last.gaps)


def test_a_group_that_is_out_of_order_from_the_start_is_a_gap(server: Server, cluster: Cluster):
    cluster.install(*ISTIO)
    cluster.add(gateway())
    cluster.add(virtual_service("payments.cards.svc.cluster.local"))
    cluster.make_unavailable("networking.istio.io", "v1")
    with watching(server, LOOKING) as watched:
        watched.until(lambda told: told.changes)
        assert any("virtualservices.networking.istio.io: the API behind" in gap for gap in watched.last.gaps)
        assert watched.exposure("payments") is None
        cluster.make_available("networking.istio.io")
        watched.until(lambda told: told.exposure("payments") is not None and not told.last.gaps)
        assert watched.level("payments") == "internet"
