"""Which services a change of what carries a gateway concerns."""

import pytest

from discovery.connectors.kubernetes.affected import Affected
from discovery.connectors.kubernetes.kinds import REFERENCE_GRANTS, SERVICES, WORKLOADS, Kind
from tests.discovery.connectors.known_objects import Objects
from tests.discovery.connectors.test_kubernetes_virtual_services import PLAIN, SERVICE, front, gateway, pods, virtual

KNOWN = SERVICE + gateway() + virtual(PLAIN) + pods("other")


def concerned(objects: Objects, kind: Kind, name: str, *texts: str, namespace: str = "other") -> set[str]:
    """The namespaces that an object's change from one text to the next concerns."""
    versions = []
    for text in texts:
        objects.add(text.removeprefix("\n---"))
        versions.append(objects.store.named(kind, namespace)[namespace, name])
    affected = Affected("istio-system")
    before = versions[-2] if len(versions) > 1 else None
    affected.by(objects.store, kind, namespace, name, before, versions[-1])
    assert not affected.is_all
    return affected.namespaces


@pytest.mark.parametrize(
    ("texts", "is_concerned"),
    [
        ([front("ClusterIP", namespace="other")], True),
        ([front("ClusterIP", namespace="other"), front("LoadBalancer", namespace="other")], True),
        ([front("LoadBalancer", namespace="other"), front("LoadBalancer", namespace="other")], False),
        ([front("LoadBalancer", namespace="other", labels="app: shop")], False),
    ],
)
def test_a_service_before_a_gateway_concerns_all_behind_it(texts: list[str], is_concerned: bool):
    assert ("cards" in concerned(Objects(KNOWN), SERVICES, "ingress", *texts)) is is_concerned


@pytest.mark.parametrize(("more", "is_concerned"), [(", hostPort: 443", True), ("", False)])
def test_pods_of_a_gateway_concern_it_when_they_open_a_port_of_their_nodes(more: str, is_concerned: bool):
    found = concerned(Objects(KNOWN), WORKLOADS[0], "ingress", pods("other"), pods("other", more))
    assert ("cards" in found) is is_concerned


def test_a_grant_for_a_certificate_concerns_all_behind_the_gateway():
    objects = Objects("""
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: edge}
spec: {gatewayClassName: istio, listeners: [{name: web, port: 443, protocol: HTTPS, tls: {mode: Terminate}}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: pay, namespace: cards}
spec: {parentRefs: [{name: public, namespace: edge}], rules: [{backendRefs: [{name: payments, port: 80}]}]}
""")
    grant = """
apiVersion: gateway.networking.k8s.io/v1
kind: ReferenceGrant
metadata: {name: from-edge, namespace: other}
spec:
  from: [{group: gateway.networking.k8s.io, kind: Gateway, namespace: edge}]
  to: [{group: "", kind: Secret}]
"""
    assert "cards" in concerned(objects, REFERENCE_GRANTS, "from-edge", grant)
