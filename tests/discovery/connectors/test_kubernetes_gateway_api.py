"""Which addresses Gateway API leads to Services, by the rules of its specification."""

import pytest

from discovery.connectors.kubernetes.kinds import NAMESPACES, REFERENCE_GRANTS
from tests.discovery.connectors.known_objects import Objects

SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: payments}
spec: {selector: {app: payments}, ports: [{port: 8080, name: http}]}
"""
NAMESPACE = """
---
apiVersion: v1
kind: Namespace
metadata: {name: cards, labels: {access: public, kubernetes.io/metadata.name: cards}}
"""
ROUTE = """
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: pay, namespace: cards}
spec:
  parentRefs: [{name: public, namespace: edge}]
  hostnames: [pay.bank.example]
  rules: [{matches: [{path: {type: PathPrefix, value: /pay}}], backendRefs: [{name: payments, port: 8080}]}]
"""


def gateway(listener: str, *, spec: str = "gatewayClassName: istio", namespace: str = "edge") -> str:
    return f"""
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {{name: public, namespace: {namespace}}}
spec: {{{spec}, listeners: [{{name: web, port: 443, protocol: HTTPS, tls: {{mode: Terminate}}, {listener}}}]}}
"""


ALL = "allowedRoutes: {namespaces: {from: All}}"
OPEN = ["internet https://pay.bank.example/pay"]


@pytest.mark.parametrize(
    ("listener", "namespace", "found"),
    [
        (ALL, "edge", OPEN),
        ("", "edge", []),
        ("allowedRoutes: {namespaces: {from: Same}}", "edge", []),
        ("allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {access: public}}}}", "edge", OPEN),
        ("allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {access: none}}}}", "edge", []),
        (
            "allowedRoutes: {namespaces: {from: Selector, selector: "
            "{matchExpressions: [{key: access, operator: In, values: [public]}]}}}",
            "edge",
            OPEN,
        ),
        ("allowedRoutes: {namespaces: {from: All}, kinds: [{kind: HTTPRoute}]}", "edge", OPEN),
        ("allowedRoutes: {namespaces: {from: All}, kinds: [{kind: GRPCRoute}]}", "edge", []),
        (f"hostname: '*.bank.example', {ALL}", "edge", OPEN),
        (f"hostname: other.example, {ALL}", "edge", []),
    ],
)
def test_a_listener_says_which_routes_attach(listener: str, namespace: str, found: list[str]):
    objects = Objects(SERVICE + NAMESPACE + gateway(listener, namespace=namespace) + ROUTE)
    assert objects.urls() == found


def test_a_route_attaches_within_its_namespace_without_a_word():
    route = ROUTE.replace("namespace: edge", "namespace: cards")
    assert Objects(SERVICE + gateway("", namespace="cards") + route).urls() == OPEN


def test_labels_of_a_namespace_that_was_not_read_leave_it_open():
    text = SERVICE + gateway("allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {a: b}}}}") + ROUTE
    objects = Objects(text)
    objects.gaps.add(NAMESPACES, "*")
    assert objects.urls() is None


def test_a_port_that_is_not_the_usual_one_is_part_of_the_address():
    text = gateway(ALL).replace("port: 443", "port: 8443")
    assert Objects(SERVICE + text + ROUTE).urls() == ["internet https://pay.bank.example:8443/pay"]
    named = ROUTE.replace("namespace: edge}", "namespace: edge, port: 443}")
    assert Objects(SERVICE + text + named).urls() == []


def test_what_a_listener_of_another_protocol_serves_is_no_route_of_http():
    text = gateway(ALL).replace("protocol: HTTPS, tls: {mode: Terminate}", "protocol: TLS, tls: {mode: Passthrough}")
    assert Objects(SERVICE + text + ROUTE).urls() == []


GRANT = """
---
apiVersion: gateway.networking.k8s.io/v1
kind: ReferenceGrant
metadata: {name: from-web, namespace: cards}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: web}]
  to: [{group: "", kind: Service}]
"""
FOREIGN = ROUTE.replace("namespace: cards", "namespace: web").replace(
    "name: payments,", "name: payments, namespace: cards,"
)


@pytest.mark.parametrize(
    ("grant", "found"),
    [
        (GRANT, OPEN),
        ("", []),
        (GRANT.replace('{group: "", kind: Service}', '{group: "", kind: Service, name: payments}'), OPEN),
        (GRANT.replace('{group: "", kind: Service}', '{group: "", kind: Service, name: ledger}'), []),
        (GRANT.replace("namespace: web", "namespace: shop"), []),
        (GRANT.replace("kind: HTTPRoute", "kind: GRPCRoute"), []),
        (GRANT.replace("namespace: cards", "namespace: edge"), []),
    ],
)
def test_a_backend_of_another_namespace_needs_a_grant_of_it(grant: str, found: list[str]):
    assert Objects(SERVICE + gateway(ALL) + FOREIGN + grant).urls() == found


def test_a_grant_that_was_not_read_leaves_it_open():
    objects = Objects(SERVICE + gateway(ALL) + FOREIGN)
    objects.gaps.add(REFERENCE_GRANTS, "cards")
    assert objects.urls() is None
    assert Objects(SERVICE + gateway(ALL) + FOREIGN).urls("cards/Service/payments", "edge", "web", "cards") == []


CERTIFICATE = ALL + ", tls: {certificateRefs: [{name: web, namespace: secrets}]}"
CERTIFICATE_GRANT = """
---
apiVersion: gateway.networking.k8s.io/v1
kind: ReferenceGrant
metadata: {name: from-edge, namespace: secrets}
spec:
  from: [{group: gateway.networking.k8s.io, kind: Gateway, namespace: edge}]
  to: [{group: "", kind: Secret, name: web}]
"""


@pytest.mark.parametrize(("grant", "found"), [(CERTIFICATE_GRANT, OPEN), ("", [])])
def test_a_listener_without_a_certificate_that_it_may_show_serves_nobody(grant: str, found: list[str]):
    text = gateway(CERTIFICATE).replace("tls: {mode: Terminate}, ", "")
    assert Objects(SERVICE + text + ROUTE + grant).urls() == found


STATUS = """
status: {listeners: [{name: web, attachedRoutes: 1, supportedKinds: [], conditions: [CONDITION]}]}
"""


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("type: Programmed, status: 'False', reason: Invalid", []),
        ("type: Programmed, status: 'False', reason: Pending", OPEN),
        ("type: Accepted, status: 'False', reason: PortUnavailable", []),
        ("type: Accepted, status: 'True', reason: Accepted", OPEN),
    ],
)
def test_a_listener_that_is_refused_serves_nobody(condition: str, found: list[str]):
    said = f"{{{condition}, message: m, lastTransitionTime: '2026-01-01T00:00:00Z'}}"
    text = SERVICE + gateway(ALL).rstrip() + STATUS.replace("CONDITION", said) + ROUTE
    assert Objects(text).urls() == found


def test_a_method_of_grpc_is_a_path():
    route = """
---
apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: {name: grpc, namespace: cards}
spec:
  parentRefs: [{name: public, namespace: edge}]
  hostnames: [grpc.bank.example]
  rules:
    - matches: [{method: {service: bank.Pay, method: Send}}, {method: {service: bank.Refund}}]
      backendRefs: [{name: payments, port: 8080}]
"""
    found = Objects(SERVICE + gateway(ALL) + route).endpoints()
    assert found is not None
    assert [(one.url, one.protocol) for one in found] == [
        ("https://grpc.bank.example/bank.Pay/Send", "grpc"),
        ("https://grpc.bank.example/bank.Refund/", "grpc"),
    ]


@pytest.mark.parametrize(
    ("pattern", "path"),
    [("/v[0-9]+/pay", "/"), ("/api/v[0-9]+", "/api/"), ("^/pay.*", "/pay"), ("/pay/exact", "/pay/exact"), (".*", "/")],
)
def test_a_pattern_is_shown_as_far_as_it_is_written_out(pattern: str, path: str):
    route = ROUTE.replace("PathPrefix, value: /pay", f"RegularExpression, value: '{pattern}'")
    assert Objects(SERVICE + gateway(ALL) + route).urls() == [f"internet https://pay.bank.example{path}"]


def front(type_: str, annotation: str = "") -> str:
    return f"""
---
apiVersion: v1
kind: Service
metadata: {{name: public-istio, namespace: edge, annotations: {{{annotation}}}}}
spec:
  type: {type_}
  selector: {{gateway.networking.k8s.io/gateway-name: public}}
  ports: [{{port: 443, name: https}}]
"""


INTERNAL = "networking.gke.io/load-balancer-type: Internal"


@pytest.mark.parametrize(
    ("service", "scope"),
    [
        (front("LoadBalancer"), "internet"),
        (front("NodePort"), "internet"),
        (front("ClusterIP"), "inside"),
        (front("LoadBalancer", INTERNAL), "inside"),
        ("", "internet"),
    ],
)
def test_a_gateway_is_as_open_as_the_service_that_carries_it(service: str, scope: str):
    objects = Objects(SERVICE + gateway(ALL) + ROUTE + service)
    assert objects.urls() == [f"{scope} https://pay.bank.example/pay"]
    exposure = objects.seen()["cards/Service/payments"].exposure
    assert exposure is not None
    assert exposure.level == scope


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ("gatewayClassName: istio-waypoint", []),
        ("gatewayClassName: gke-l7-rilb", ["inside https://pay.bank.example/pay"]),
        (
            "gatewayClassName: istio, addresses: [{type: Hostname, value: public-istio.edge.svc.cluster.local}]",
            ["inside https://pay.bank.example/pay"],
        ),
    ],
)
def test_class_and_addresses_of_a_gateway_say_where_it_is(spec: str, found: list[str]):
    service = front("ClusterIP").replace("gateway.networking.k8s.io/gateway-name: public", "app: other")
    assert Objects(SERVICE + gateway(ALL, spec=spec) + ROUTE + service).urls() == found


def test_a_route_of_a_service_is_one_of_the_mesh():
    route = ROUTE.replace("{name: public, namespace: edge}", "{group: '', kind: Service, name: pay, port: 8080}")
    assert Objects(SERVICE + route).urls() == ["mesh http://pay.cards.svc.cluster.local:8080/pay"]
    assert Objects(SERVICE + route.replace("name: pay, port", "name: payments, port")).urls() == []
