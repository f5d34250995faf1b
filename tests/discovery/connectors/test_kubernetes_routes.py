"""Under which addresses Gateway API and Istio make Services reachable."""

from collections.abc import Iterator
from typing import Any

import pytest

from discovery.connectors.base import Endpoint, Exposure
from discovery.connectors.kubernetes.hosts import common_host
from tests.clusters import Cluster, serving
from tests.discovery.connectors.clusters import run

GATEWAY_API, ISTIO = "gateway.networking.k8s.io/v1", "networking.istio.io/v1"


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with serving(Cluster()) as made:
        made.install()
        made.add_service("payments")
        yield made


def listener(name: str, hostname: str = "", protocol: str = "HTTPS") -> dict[str, Any]:
    port = 443 if protocol == "HTTPS" else 80
    allowed = {"namespaces": {"from": "All"}}
    named = {"hostname": hostname} if hostname else {}
    return {"name": name, "protocol": protocol, "port": port, "allowedRoutes": allowed, **named}


def add_gateway(cluster: Cluster, *listeners: dict[str, Any], namespace: str = "edge") -> None:
    cluster.add(GATEWAY_API, "gateways", "public", namespace, spec={"listeners": list(listeners)})


def add_route(cluster: Cluster, *hostnames: str, parent: dict[str, Any] | None = None, **more: Any) -> None:
    spec: dict[str, Any] = {
        "parentRefs": [{"name": "public", "namespace": "edge", **(parent or {})}],
        "hostnames": list(hostnames),
        "rules": [
            {
                "matches": [{"path": {"type": "PathPrefix", "value": "/pay"}}, {"path": {"value": "/refund"}}],
                "backendRefs": [{"name": "payments", "port": 80}],
            }
        ],
    }
    cluster.add(GATEWAY_API, "httproutes", "payments", spec=spec, **more)


def add_istio_gateway(cluster: Cluster, *hosts: str, protocol: str = "HTTPS", namespace: str = "istio-system") -> None:
    servers = [{"port": {"number": 443 if protocol == "HTTPS" else 80, "protocol": protocol}, "hosts": list(hosts)}]
    cluster.add(ISTIO, "gateways", "ingress", namespace, spec={"servers": servers})


def add_virtual_service(cluster: Cluster, *hosts: str, gateways: list[str] | None = None, to: str = "payments") -> None:
    spec: dict[str, Any] = {
        "hosts": list(hosts),
        "http": [
            {"match": [{"uri": {"prefix": "/pay"}}], "route": [{"destination": {"host": to}}]},
            {"match": [{"uri": {"exact": "/mesh"}, "gateways": ["mesh"]}], "route": [{"destination": {"host": to}}]},
        ],
    }
    if gateways is not None:
        spec["gateways"] = gateways
    cluster.add(ISTIO, "virtualservices", "payments", spec=spec)


def endpoints(cluster: Cluster, scope: str = "internet", **more: Any) -> list[tuple[str, str, bool]] | None:
    found = run(cluster, **more).addresses("cards/payments", scope)
    return None if found is None else [(one.host, one.path, one.tls) for one in found]


def test_it_finds_the_hosts_paths_and_encryption_of_a_route(cluster: Cluster):
    add_gateway(cluster, listener("https", "*.bank.example"))
    add_route(cluster, "api.bank.example", "api.other.example")
    assert run(cluster).services["cards/payments"].exposure == Exposure(
        "internet",
        (
            Endpoint("api.bank.example", "/pay", tls=True, by="HTTPRoute payments"),
            Endpoint("api.bank.example", "/refund", tls=True, by="HTTPRoute payments"),
            Endpoint("payments.cards.svc.cluster.local", by="Service payments", scope="inside"),
        ),
    )


def test_a_route_without_hosts_has_those_of_its_listeners(cluster: Cluster):
    add_gateway(cluster, listener("a", "a.bank.example"), listener("b", "b.bank.example", "HTTP"), listener("c"))
    add_route(cluster)
    found = endpoints(cluster)
    assert found is not None
    assert {(host, tls) for host, _path, tls in found} == {
        ("a.bank.example", True),
        ("b.bank.example", False),
        ("*", True),
    }


def test_a_route_counts_for_the_listener_that_it_names(cluster: Cluster):
    add_gateway(cluster, listener("a", "a.bank.example"), listener("b", "b.bank.example"))
    add_route(cluster, parent={"sectionName": "b"})
    assert {host for host, _path, _tls in endpoints(cluster) or ()} == {"b.bank.example"}


@pytest.mark.parametrize(("condition", "is_open"), [("Accepted", False), ("ResolvedRefs", True)])
def test_a_route_that_a_gateway_refuses_opens_nothing(cluster: Cluster, condition: str, is_open: bool):
    add_gateway(cluster, listener("https"))
    parent = {
        "parentRef": {"name": "public", "namespace": "edge"},
        "conditions": [{"type": condition, "status": "False"}],
    }
    add_route(cluster, status={"parents": [parent]})
    assert bool(endpoints(cluster)) is is_open


@pytest.mark.parametrize("parent", [{"name": "gone"}, {"kind": "Service", "group": ""}])
def test_a_route_without_a_gateway_opens_nothing(cluster: Cluster, parent: dict[str, Any]):
    add_gateway(cluster, listener("https"))
    add_route(cluster, parent=parent)
    assert endpoints(cluster) == []


def test_it_finds_what_istio_opens(cluster: Cluster):
    add_istio_gateway(cluster, "*.bank.example", "elsewhere/pay.other.example")
    add_virtual_service(cluster, "pay.bank.example", "pay.other.example", gateways=["istio-system/ingress"])
    assert endpoints(cluster) == [("pay.bank.example", "/pay", True)]


@pytest.mark.parametrize("to", ["payments.cards.svc.cluster.local", "payments.cards.svc"])
def test_it_knows_a_service_by_its_whole_name(cluster: Cluster, to: str):
    add_istio_gateway(cluster, "*", protocol="HTTP")
    add_virtual_service(cluster, "pay.bank.example", gateways=["istio-system/ingress"], to=to)
    assert endpoints(cluster) == [("pay.bank.example", "/pay", False)]


@pytest.mark.parametrize("gateways", [None, ["mesh"], ["ingress"], ["istio-system/gone"]])
def test_a_virtual_service_without_a_gateway_opens_nothing(cluster: Cluster, gateways: list[str] | None):
    add_istio_gateway(cluster, "*")
    add_virtual_service(cluster, "pay.bank.example", gateways=gateways)
    assert endpoints(cluster) == []


@pytest.mark.parametrize("to", ["payments.elsewhere.example", "api.cloud.example", ""])
def test_a_destination_outside_of_the_cluster_is_no_service(cluster: Cluster, to: str):
    add_istio_gateway(cluster, "*")
    add_virtual_service(cluster, "pay.bank.example", gateways=["istio-system/ingress"], to=to)
    assert endpoints(cluster) == []


def test_what_a_gateway_in_an_unread_namespace_opens_is_not_known(cluster: Cluster):
    add_gateway(cluster, listener("https"))
    add_route(cluster)
    assert endpoints(cluster, namespaces=["cards"]) is None
    assert endpoints(cluster, namespaces=["cards", "edge"])
    cluster.delete("HTTPRoute", "payments")
    cluster.delete("gateways.gateway.networking.k8s.io", "public", "edge")
    add_istio_gateway(cluster, "*")
    add_virtual_service(cluster, "pay.bank.example", gateways=["istio-system/ingress"])
    assert endpoints(cluster, namespaces=["cards"]) is None
    assert endpoints(cluster, namespaces=["cards", "istio-system"])


@pytest.mark.parametrize("resource", ["httproutes", "gateways", "virtualservices", "ingresses"])
def test_nothing_is_called_closed_while_routes_may_not_be_read(cluster: Cluster, resource: str):
    assert endpoints(cluster) == []
    cluster.forbid(resource)
    assert endpoints(cluster) is None


def test_what_is_known_to_be_open_is_told_though_other_routes_may_not_be_read(cluster: Cluster):
    add_istio_gateway(cluster, "*")
    add_virtual_service(cluster, "pay.bank.example", gateways=["istio-system/ingress"])
    cluster.forbid("ingresses")
    assert endpoints(cluster) == [("pay.bank.example", "/pay", True)]


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        ("a.example", "a.example", "a.example"),
        ("a.example", "*", "a.example"),
        ("*", "*", "*"),
        ("*.example", "a.example", "a.example"),
        ("*.b.example", "*.example", "*.b.example"),
        ("a.example", "b.example", ""),
        ("example", "*.example", ""),
        ("aexample", "*.example", ""),
        ("", "*", ""),
    ],
)
def test_the_narrower_of_two_hosts_counts(one: str, other: str, common: str):
    assert common_host(one, other) == common_host(other, one) == common
