"""What a watch of a cluster tells: everything first, and then what changes, once and only that."""

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from demo.cluster.cluster import Cluster
from demo.cluster.kinds import GATEWAY_API, ISTIO
from demo.cluster.server import Server
from discovery.connectors.base import Complete, Misconfigured
from discovery.connectors.kubernetes.connector import Kubernetes
from tests.demo.cluster.manifests import deployment, service
from tests.discovery.connectors.watched import QUICK, configuration, load, surroundings, threads, watching


@pytest.fixture
def cluster() -> Cluster:
    cluster = Cluster()
    cluster.install(*ISTIO, *GATEWAY_API)
    for name in ("payments", "ledger"):
        cluster.add(service(name))
        cluster.add(deployment(name))
    cluster.add(service("kyc", "personal"))
    return cluster


@pytest.fixture
def server(cluster: Cluster) -> Iterator[Server]:
    with Server(cluster) as server:
        yield server


def gateway(namespace: str = "edge", host: str = "*.bank.example") -> dict[str, Any]:
    servers = [{"hosts": [host], "port": {"number": 443, "name": "https", "protocol": "HTTPS"}}]
    return {
        "apiVersion": "networking.istio.io/v1",
        "kind": "Gateway",
        "metadata": {"name": "public", "namespace": namespace},
        "spec": {"servers": servers},
    }


def virtual_service(to: str, namespace: str = "edge", host: str = "pay.bank.example") -> dict[str, Any]:
    return {
        "apiVersion": "networking.istio.io/v1",
        "kind": "VirtualService",
        "metadata": {"name": "pay", "namespace": namespace},
        "spec": {
            "hosts": [host],
            "gateways": ["edge/public"],
            "http": [{"route": [{"destination": {"host": to}}]}],
        },
    }


def http_route(to: str) -> dict[str, Any]:
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": "pay", "namespace": "cards"},
        "spec": {
            "parentRefs": [{"name": "public", "namespace": "edge"}],
            "hostnames": ["pay.bank.example"],
            "rules": [{"backendRefs": [{"name": to, "port": 80}]}],
        },
    }


def scopes(*namespaces: str) -> set[Complete]:
    return {Complete("Service", at) for at in namespaces}


def test_it_begins_with_everything_at_once(server: Server):
    with watching(server) as watched:
        watched.until(lambda told: told.changes)
        (first,) = watched.changes
        assert scopes("*") <= set(first.scopes)
        assert watched.names() == {"payments", "ledger"}
        assert watched.names("personal") == {"kyc"}
        assert watched.last.gaps == ()


def test_it_reads_its_configuration_before_it_returns(server: Server):
    given = configuration(server, server.cluster.reader()) | {"server": ""}
    with pytest.raises(Misconfigured, match="which cluster"):
        Kubernetes(QUICK).watch(surroundings(given))


def test_it_tells_of_a_service_that_comes_changes_and_goes(server: Server, cluster: Cluster):
    with watching(server) as watched:
        watched.until(lambda told: told.is_open)
        cluster.add(service("refunds"))
        watched.until(lambda told: "refunds" in told.names())
        assert scopes("cards") <= set(watched.changes[-1].scopes)
        assert "kyc" not in {seen.name for seen in watched.changes[-1].observations}
        cluster.modify("Service", "cards", "refunds", lambda body: body["spec"].update(type="LoadBalancer"))
        watched.until(lambda told: told.level("refunds") == "internet")
        cluster.delete("Service", "cards", "refunds")
        watched.until(lambda told: "refunds" not in told.names())


def test_it_says_since_when_a_change_waits(server: Server, cluster: Cluster):
    with watching(server, replace(QUICK, window=0.2)) as watched:
        watched.until(lambda told: told.is_open)
        before = time.monotonic()
        cluster.add(service("refunds"))
        watched.until(lambda told: "refunds" in told.names())
        assert before < watched.changes[-1].since < time.monotonic() - 0.15


def test_it_tells_what_happens_together_together(server: Server, cluster: Cluster):
    with watching(server, replace(QUICK, window=0.5)) as watched:
        watched.until(lambda told: told.is_open)
        for number in range(20):
            cluster.add(service(f"service-{number}"))
        watched.until(lambda told: "service-19" in told.names())
        assert len(watched.changes) == 2


def test_a_service_keeps_nothing_of_one_that_had_its_name(server: Server, cluster: Cluster):
    with watching(server) as watched:
        watched.until(lambda told: told.is_open)
        before = watched.services["prod/cards/Service/payments"].uid
        cluster.delete("Service", "cards", "payments")
        cluster.add(service("payments"))
        watched.until(lambda told: told.services["prod/cards/Service/payments"].uid != before)


def test_a_service_that_moves_is_told_in_both_namespaces(server: Server, cluster: Cluster):
    with watching(server, replace(QUICK, window=0.3)) as watched:
        watched.until(lambda told: told.is_open)
        cluster.delete("Service", "cards", "payments")
        cluster.add(service("payments", "personal"))
        watched.until(lambda told: "payments" in told.names("personal"))
        assert watched.names() == {"ledger"}
        assert scopes("cards", "personal") <= set(watched.changes[-1].scopes)


def test_it_tells_what_becomes_of_workloads(server: Server, cluster: Cluster):
    with watching(server) as watched:
        watched.until(lambda told: told.is_open)
        cluster.modify("Deployment", "cards", "payments", lambda body: body["spec"].update(replicas=7))

        def has_seven(told: Any) -> bool:
            return [one.replicas for one in told.services["prod/cards/Service/payments"].workloads] == [7]

        watched.until(has_seven)


def test_what_says_nothing_new_is_not_told(server: Server, cluster: Cluster):
    with watching(server) as watched:
        watched.until(lambda told: told.is_open)

        def heartbeat(body: dict[str, Any]) -> None:
            body.setdefault("status", {})["conditions"] = [{"type": "Seen", "message": str(time.time())}]
            body["metadata"].setdefault("annotations", {})["somebody.example/heartbeat"] = str(time.time())

        for _ in range(5):
            cluster.modify("Service", "cards", "payments", heartbeat)
            cluster.modify("Deployment", "cards", "payments", heartbeat)
        cluster.add(service("last", "personal"))
        watched.until(lambda told: "last" in told.names("personal"))
        watched.listen_for(0.1)
        assert [scopes("cards") <= set(one.scopes) for one in watched.changes] == [False] * len(watched.changes)


def test_bookmarks_tell_nothing(server: Server, cluster: Cluster):
    cluster.pace.bookmark_seconds = 0.05
    with watching(server) as watched:
        watched.until(lambda told: told.is_open)
        watched.listen_for(0.3)
        assert len(watched.changes) == 1


@pytest.mark.parametrize(
    "route", [virtual_service("payments.cards.svc.cluster.local"), http_route("payments")], ids=["istio", "gateway-api"]
)
def test_it_tells_whom_a_route_and_its_gateway_open(server: Server, cluster: Cluster, route: dict[str, Any]):
    listener = {"name": "https", "hostname": "*.bank.example", "protocol": "HTTPS", "port": 443}
    listener["allowedRoutes"] = {"namespaces": {"from": "All"}}
    other = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": "public", "namespace": "edge"},
        "spec": {"gatewayClassName": "x", "listeners": [listener]},
    }
    opening = gateway() if route["kind"] == "VirtualService" else other
    qualified = f"gateways.{opening['apiVersion'].partition('/')[0]}"
    with watching(server) as watched:
        watched.until(lambda told: told.is_open)

        def becomes(level: str) -> None:
            watched.until(lambda told: told.level("payments") == level)

        cluster.add(opening)
        cluster.add(route)
        becomes("internet")
        # Only those whom it concerns are told of, and nobody else of their cluster.
        assert not scopes("personal") & {scope for one in watched.changes[1:] for scope in one.scopes}
        cluster.delete(qualified, "edge", "public")
        becomes("inside")
        cluster.add(opening)
        becomes("internet")
        cluster.delete(route["kind"], route["metadata"]["namespace"], "pay")
        becomes("inside")


def test_a_route_that_leads_elsewhere_closes_whom_it_led_to(server: Server, cluster: Cluster):
    cluster.add(gateway())
    cluster.add(virtual_service("payments.cards.svc.cluster.local"))
    with watching(server) as watched:
        watched.until(lambda told: told.is_open)
        assert watched.level("payments") == "internet"
        cluster.add(virtual_service("kyc.personal.svc.cluster.local"))
        watched.until(lambda told: told.level("kyc", "personal") == "internet")
        assert watched.level("payments") == "inside"


def test_what_a_namespace_says_of_its_services_is_told(server: Server, cluster: Cluster):
    with watching(server) as watched:
        watched.until(lambda told: told.is_open)

        def owned(body: dict[str, Any]) -> None:
            body["metadata"]["annotations"] = {"portico.io/owner": "cards-team"}

        cluster.modify("Namespace", "", "cards", owned)
        watched.until(lambda told: told.services["prod/cards/Service/ledger"].claims)


def test_a_namespace_that_goes_takes_its_services_along(server: Server, cluster: Cluster):
    with watching(server) as watched:
        watched.until(lambda told: told.is_open)
        cluster.delete("Namespace", "", "personal")
        watched.until(lambda told: not told.names("personal"))
        assert watched.names() == {"payments", "ledger"}


def test_an_object_that_cannot_be_read_leaves_its_namespace_as_it_is_known(server: Server, cluster: Cluster):
    def unrendered(body: dict[str, Any]) -> None:
        body["metadata"]["labels"] = {"app.kubernetes.io/name": "{{ name }}"}

    with watching(server) as watched:
        watched.until(lambda told: told.is_open)
        cluster.modify("Service", "cards", "payments", unrendered)
        watched.until(lambda told: told.last.gaps)
        assert "services in cards" in watched.last.gaps[0]
        cluster.delete("Service", "cards", "ledger")
        cluster.add(service("other", "personal"))
        watched.until(lambda told: "other" in told.names("personal"))
        assert watched.names() == {"payments", "ledger"}
        cluster.modify("Service", "cards", "payments", lambda body: body["metadata"].pop("labels"))
        watched.until(lambda told: told.names() == {"payments"})
        watched.until(lambda told: not told.last.gaps)


def test_it_follows_a_thousand_namespaces(server: Server, cluster: Cluster):
    load(cluster, 1000, 2)
    with watching(server) as watched:
        watched.until(lambda told: told.is_open)
        assert len(watched.services) == 2004
        assert watched.last.streams < 25
        cluster.add(service("new", "team-500"))
        watched.until(lambda told: "new" in told.names("team-500"))
        assert {scope.namespace for scope in watched.changes[-1].scopes} == {"team-500"}


def test_it_gives_signs_of_life_while_a_list_takes_its_time(server: Server, cluster: Cluster):
    cluster.faults.delay_seconds = 0.3
    with watching(server) as watched:
        started = time.monotonic()
        watched.listen()
        for _ in range(5):
            watched.listen()
        assert not watched.changes
        assert time.monotonic() - started < 2


def test_closing_it_ends_everything(server: Server, cluster: Cluster):
    cluster.faults.streams_are_silent = True
    with watching(server) as watched:
        watched.until(lambda told: told.is_open)
        assert len(threads()) > 10
        started = time.monotonic()
        watched.told.close()
        assert threads() == []
        assert time.monotonic() - started < 1.5


def test_closing_it_does_not_wait_for_lists(server: Server, cluster: Cluster):
    with watching(server) as watched:
        watched.listen()
        cluster.faults.delay_seconds = 30
        watched.listen()
        started = time.monotonic()
        watched.told.close()
        assert time.monotonic() - started < 1.5
    cluster.faults.clear()


def test_nothing_that_may_not_be_kept_is_told(server: Server, cluster: Cluster, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    planted = deployment("payments")
    planted["metadata"]["annotations"] = {"kubectl.kubernetes.io/last-applied-configuration": "planted-annotation"}
    container = planted["spec"]["template"]["spec"]["containers"][0]
    container |= {"env": [{"name": "KEY", "value": "planted-value"}], "args": ["--password=planted-argument"]}
    with watching(server, token=cluster.reader(token="planted-token")) as watched:
        watched.until(lambda told: told.is_open)
        cluster.add(planted | {"spec": planted["spec"] | {"replicas": 5}})
        cluster.add(service("seen", "personal", password="planted-label"))
        cluster.add({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a", "namespace": "cards"}, "data": {}})
        watched.until(lambda told: "seen" in told.names("personal"))
        watched.until(lambda told: told.services["prod/cards/Service/payments"].workloads[0].replicas == 5)
        assert "planted-token" not in repr(watched.told) + repr(watched.changes) + caplog.text
        assert not [word for word in ("annotation", "value", "argument") if f"planted-{word}" in repr(watched.changes)]
    asked = "".join(one.target for one in server.requests)
    assert not [word for word in ("secrets", "configmaps", "pods", "planted") if word in asked]
