"""Which addresses Istio leads to Services, by the rules of its reference."""

import pytest

from discovery.connectors.kubernetes.kinds import SERVICES
from tests.discovery.connectors.known_objects import Objects

SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: payments}
spec: {selector: {app: payments}, ports: [{port: 8080, name: http}]}
"""
SERVER = "{port: {number: 443, name: https, protocol: HTTPS}, tls: {mode: SIMPLE}, hosts: ['*']}"


def gateway(server: str = SERVER, *, selector: str = "{istio: ingress}") -> str:
    return f"""
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {{name: public, namespace: edge}}
spec: {{selector: {selector}, servers: [{server}]}}
"""


def virtual(spec: str, *, name: str = "pay", namespace: str = "cards") -> str:
    return f"""
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {{name: {name}, namespace: {namespace}}}
spec: {{{spec}}}
"""


TO = "route: [{destination: {host: payments}}]"
BOUND = "hosts: [pay.bank.example], gateways: [edge/public]"
PLAIN = f"{BOUND}, http: [{{{TO}}}]"


@pytest.mark.parametrize(
    ("match", "path"),
    [
        ("", "/"),
        ("match: [{uri: {prefix: /pay}}],", "/pay"),
        ("match: [{uri: {exact: /pay/now}}],", "/pay/now"),
        ("match: [{uri: {regex: '/pay/[0-9]+'}}],", "/pay/"),
        ("match: [{headers: {a: {exact: b}}}],", "/"),
        ("match: [{uri: {prefix: /pay}}], rewrite: {uri: /},", "/pay"),
    ],
)
def test_a_match_says_the_path_and_a_rewrite_changes_no_address(match: str, path: str):
    found = Objects(SERVICE + gateway() + virtual(f"{BOUND}, http: [{{{match} {TO}}}]")).urls()
    assert found == [f"internet https://pay.bank.example{path}"]


@pytest.mark.parametrize(
    ("server", "routes", "found"),
    [
        (SERVER, f"http: [{{{TO}}}]", "https://pay.bank.example/"),
        (SERVER, f"tls: [{{match: [{{sniHosts: [pay.bank.example]}}], {TO}}}]", ""),
        (SERVER, f"tcp: [{{{TO}}}]", ""),
        (
            SERVER.replace("SIMPLE", "PASSTHROUGH"),
            f"tls: [{{match: [{{sniHosts: [pay.bank.example]}}], {TO}}}]",
            "https://pay.bank.example/",
        ),
        (SERVER.replace("SIMPLE", "PASSTHROUGH"), f"http: [{{{TO}}}]", ""),
        ("{port: {number: 9000, name: tcp, protocol: TCP}, hosts: ['*']}", f"tcp: [{{{TO}}}]", "tcp://*:9000"),
        ("{port: {number: 9000, name: tcp, protocol: TCP}, hosts: ['*']}", f"http: [{{{TO}}}]", ""),
        (
            "{port: {number: 8080, name: http, protocol: HTTP}, hosts: ['*']}",
            f"http: [{{{TO}}}]",
            "http://pay.bank.example:8080/",
        ),
        (
            "{port: {number: 80, name: http, protocol: HTTP}, tls: {httpsRedirect: true}, hosts: ['*']}",
            f"http: [{{{TO}}}]",
            "https://pay.bank.example/",
        ),
        (SERVER.replace("'*'", "other.example"), f"http: [{{{TO}}}]", ""),
        (SERVER.replace("'*'", "cards/*.bank.example"), f"http: [{{{TO}}}]", "https://pay.bank.example/"),
        (SERVER.replace("'*'", "./*.bank.example"), f"http: [{{{TO}}}]", ""),
    ],
)
def test_a_route_counts_where_the_server_carries_what_it_is_for(server: str, routes: str, found: str):
    assert Objects(SERVICE + gateway(server) + virtual(f"{BOUND}, {routes}")).urls() == (
        [f"internet {found}"] if found else []
    )


PODS = """
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ingress, namespace: NAMESPACE}
spec:
  selector: {matchLabels: {app: ingress}}
  template:
    metadata: {labels: {app: ingress, istio: ingress}}
    spec: {containers: [{name: proxy, image: proxy, ports: [{containerPort: 8443}]}]}
"""


def front(type_: str, *, namespace: str = "edge", labels: str = "app: ingress") -> str:
    return f"""
---
apiVersion: v1
kind: Service
metadata: {{name: ingress, namespace: {namespace}}}
spec: {{type: {type_}, selector: {{{labels}}}, ports: [{{port: 443, name: https}}]}}
"""


def pods(namespace: str = "edge", more: str = "") -> str:
    return PODS.replace("NAMESPACE", namespace).replace("containerPort: 8443", f"containerPort: 8443{more}")


INGRESS = """
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front, namespace: edge}
spec:
  rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: ingress, port: {number: 443}}}}]}}]
"""


@pytest.mark.parametrize(
    ("carried_by", "scope"),
    [
        (pods() + front("LoadBalancer"), "internet"),
        (pods() + front("ClusterIP"), "inside"),
        (front("ClusterIP", labels="app: ingress, istio: ingress"), "inside"),
        (pods("other") + front("ClusterIP", namespace="other"), "inside"),
        (pods("other") + front("ClusterIP"), "internet"),
        (pods(), "internet"),
        (pods(more=", hostPort: 443") + front("ClusterIP"), "internet"),
        (pods() + front("ClusterIP") + INGRESS, "internet"),
        ("", "internet"),
    ],
)
def test_a_gateway_is_as_open_as_what_carries_it(carried_by: str, scope: str):
    text = SERVICE + gateway() + virtual(PLAIN)
    assert Objects(text + carried_by).urls() == [f"{scope} https://pay.bank.example/"]


def test_nothing_is_called_closed_while_another_service_may_carry_the_gateway():
    objects = Objects(SERVICE + gateway() + virtual(PLAIN) + pods() + front("ClusterIP"))
    objects.gaps.add(SERVICES, "other")
    assert objects.urls() is None
    named = Objects(SERVICE + gateway() + virtual(PLAIN) + pods() + front("ClusterIP"))
    assert named.urls("cards/Service/payments", "cards", "edge") == ["internet https://pay.bank.example/"]


def test_the_port_of_a_server_that_its_service_leads_to_is_not_the_outer_one():
    server = SERVER.replace("443", "8443")
    text = SERVICE + gateway(server) + virtual(PLAIN)
    assert Objects(text).urls() == ["internet https://pay.bank.example:8443/"]
    assert Objects(text + pods() + front("LoadBalancer")).urls() == ["internet https://pay.bank.example/"]


@pytest.mark.parametrize(
    ("export_to", "is_open"), [("['*']", True), ("[edge]", True), ("[.]", False), ("['~']", False), ("[other]", False)]
)
def test_a_gateway_follows_what_is_exported_to_its_namespace(export_to: str, is_open: bool):
    found = Objects(SERVICE + gateway() + virtual(f"{PLAIN}, exportTo: {export_to}")).urls()
    assert bool(found) is is_open


ROOT = "hosts: [pay.bank.example], gateways: [edge/public], http: [{MATCH delegate: {name: part, namespace: shop}}]"


@pytest.mark.parametrize(
    ("root", "own", "path"),
    [
        ("", "", "/"),
        ("{prefix: /pay}", "", "/pay"),
        ("", "{prefix: /now}", "/now"),
        ("{prefix: /pay}", "{prefix: /pay/now}", "/pay/now"),
        ("{prefix: /pay}", "{prefix: /other}", None),
        ("{exact: /pay}", "{exact: /pay}", "/pay"),
        ("{exact: /pay}", "{prefix: /pay}", None),
    ],
)
def test_a_delegate_gives_its_routes_to_who_names_it(root: str, own: str, path: str | None):
    match = f"match: [{{uri: {root}}}]," if root else ""
    to = "route: [{destination: {host: payments.cards.svc.cluster.local}}]"
    mine = f"match: [{{uri: {own}}}], {to}" if own else to
    text = virtual(ROOT.replace("MATCH", match)) + virtual(f"http: [{{{mine}}}]", name="part", namespace="shop")
    assert Objects(SERVICE + gateway() + text).urls() == (
        [] if path is None else [f"internet https://pay.bank.example{path}"]
    )


@pytest.mark.parametrize("more", ["hosts: [own.example],", "exportTo: [.],"])
def test_what_is_no_delegate_gives_nothing(more: str):
    part = f"{more} http: [{{route: [{{destination: {{host: payments.cards.svc}}}}]}}]"
    text = virtual(ROOT.replace("MATCH", "")) + virtual(part, name="part", namespace="shop")
    assert not any("pay.bank" in url for url in Objects(SERVICE + gateway() + text).urls() or ())


def test_a_short_name_in_a_delegate_is_one_of_its_own_namespace():
    shop = SERVICE.replace("name: payments", "name: payments, namespace: shop")
    text = virtual(ROOT.replace("MATCH", "")) + virtual(f"http: [{{{TO}}}]", name="part", namespace="shop")
    objects = Objects(SERVICE + "---" + shop + gateway() + text)
    assert objects.urls() == []
    assert objects.urls("shop/Service/payments") == ["internet https://pay.bank.example/"]


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        (f"hosts: [pay.internal.example], http: [{{{TO}}}]", ["mesh http://pay.internal.example/"]),
        (f"hosts: [pay.internal.example], gateways: [mesh], http: [{{{TO}}}]", ["mesh http://pay.internal.example/"]),
        (f"hosts: [payments], http: [{{{TO}}}]", []),
        (f"hosts: [payments.cards.svc.cluster.local], http: [{{{TO}}}]", []),
        (f"hosts: [ledger], http: [{{{TO}}}]", ["mesh http://ledger.cards.svc.cluster.local/"]),
        (f"hosts: [x.example], http: [{{match: [{{gateways: [edge/public]}}], {TO}}}]", []),
        (f"hosts: [x.example], http: [{{match: [{{port: 8080}}], {TO}}}]", ["mesh http://x.example:8080/"]),
        (
            f"hosts: [a.example, b.example], tls: [{{match: [{{sniHosts: [a.example]}}], {TO}}}]",
            ["mesh https://a.example/"],
        ),
        (f"hosts: [a.example], tcp: [{{{TO}}}]", ["mesh tcp://a.example"]),
    ],
)
def test_what_sidecars_follow_is_reachable_from_the_mesh(spec: str, found: list[str]):
    objects = Objects(SERVICE + gateway() + virtual(spec))
    assert objects.urls() == found
    exposure = objects.seen()["cards/Service/payments"].exposure
    assert exposure is not None
    assert exposure.level == ("mesh" if found else "inside")


def test_only_what_leads_to_the_namespaces_in_question_is_followed():
    objects = Objects(SERVICE + gateway() + virtual(PLAIN))
    assert objects.seen(only=frozenset({"other"})) == {}
    seen = objects.seen(only=frozenset({"cards"}))
    assert seen == objects.seen()
