"""Products of others and services on machines, as Istio's entries tell of them."""

from typing import Any

import pytest

from discovery.connectors.base import Claim, Complete, Port, Workload
from discovery.connectors.kubernetes.kinds import SERVICE_ENTRIES, SERVICES, WORKLOAD_ENTRIES
from discovery.connectors.kubernetes.observing import complete_scopes
from discovery.connectors.kubernetes.store import Gaps
from tests.discovery.connectors.known_objects import Objects

NAMESPACE = """
---
apiVersion: v1
kind: Namespace
metadata: {name: cards, annotations: {portico.io/owner: cards-team}}
"""


def entry(spec: str, *, name: str = "rates", more: str = "") -> str:
    return f"""
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {{name: {name}, namespace: cards, uid: u-1, {more}}}
spec: {{{spec}}}
"""


def machine(name: str, labels: str, *, more: str = "") -> str:
    return f"""
---
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {{name: {name}, namespace: cards, uid: u-{name}}}
spec: {{address: 10.0.0.1, labels: {{{labels}}}}}
{more}
"""


HOSTS = "hosts: [api.rates.example, '*.rates.example']"
PORTS = """ports: [
  {number: 443, name: https, protocol: HTTPS}, {number: 8443, name: tls, protocol: TLS},
  {number: 5000, name: grpc, protocol: GRPC}]"""
ANNOTATED = "annotations: {portico.io/title: Rates, portico.io/owner: treasury}, labels: {app: rates}"


def test_what_is_outside_of_the_mesh_is_a_product_of_others():
    seen = Objects(entry(f"{HOSTS}, {PORTS}, location: MESH_EXTERNAL", more=ANNOTATED) + NAMESPACE).seen()
    rates = seen["cards/ServiceEntry/rates"]
    assert (rates.key, rates.kind, rates.uid) == ("c/cards/ServiceEntry/rates", "ServiceEntry", "u-1")
    assert rates.claims == (
        Claim("title", "Rates", "annotation portico.io/title"),
        Claim("owner", "treasury", "annotation portico.io/owner"),
        Claim("kind", "saas", "ServiceEntry location MESH_EXTERNAL"),
    )
    assert rates.ports == (Port(443, "https"), Port(8443, "tls"), Port(5000, "grpc"))
    assert rates.workloads == ()
    assert rates.labels == {"app": "rates"}
    assert rates.exposure is not None
    assert rates.exposure.level == "mesh"
    assert [(one.url, one.by) for one in rates.exposure.endpoints if one.host == "api.rates.example"] == [
        ("http://api.rates.example:5000/", "ServiceEntry rates"),
        ("tcp://api.rates.example:8443", "ServiceEntry rates"),
        ("https://api.rates.example/", "ServiceEntry rates"),
    ]


def test_a_person_s_word_for_the_kind_comes_before_the_location():
    more = "annotations: {portico.io/kind: monolith}"
    claims = Objects(entry(HOSTS, more=more)).seen()["cards/ServiceEntry/rates"].claims
    assert claims == (Claim("kind", "monolith", "annotation portico.io/kind"),)


INTERNAL = f"{HOSTS}, {PORTS}, location: MESH_INTERNAL, resolution: STATIC"


def test_what_is_inside_of_the_mesh_runs_on_the_machines_that_it_selects():
    healthy = "status: {conditions: [{type: Healthy, status: 'True'}]}"
    text = entry(f"{INTERNAL}, workloadSelector: {{labels: {{app: rates}}}}")
    text += machine("one", "app: rates, version: v2", more=healthy) + machine("two", "app: rates, version: v2")
    seen = Objects(text + machine("alone", "app: other")).seen()
    assert seen.keys() == {"cards/ServiceEntry/rates", "cards/WorkloadEntry/other"}
    rates = seen["cards/ServiceEntry/rates"]
    assert rates.workloads == (Workload("WorkloadEntry", "one", "v2", 1, 1), Workload("WorkloadEntry", "two", "v2", 1))
    assert (rates.version, rates.claims) == ("v2", ())


def test_machines_that_it_names_itself_are_counted():
    spec = f"{INTERNAL}, endpoints: [{{address: 10.0.0.1}}, {{address: 10.0.0.2}}]"
    seen = Objects(entry(spec)).seen()["cards/ServiceEntry/rates"]
    assert seen.workloads == (Workload("ServiceEntry", "rates", replicas=2),)


def test_a_service_selects_machines_like_pods():
    service = """
---
apiVersion: v1
kind: Service
metadata: {name: ledger}
spec: {selector: {app: ledger}, ports: [{port: 80}]}
"""
    seen = Objects(service + machine("old", "app: ledger")).seen()
    assert seen.keys() == {"cards/Service/ledger"}
    assert seen["cards/Service/ledger"].workloads == (Workload("WorkloadEntry", "old", "", 1),)


def test_machines_that_nothing_selects_are_one_service_by_name():
    text = machine("one", "app: mainframe") + machine("two", "app: mainframe") + machine("three", "class: x")
    seen = Objects(text + NAMESPACE).seen()
    assert seen.keys() == {"cards/WorkloadEntry/mainframe", "cards/WorkloadEntry/three"}
    mainframe = seen["cards/WorkloadEntry/mainframe"]
    assert [one.name for one in mainframe.workloads or ()] == ["one", "two"]
    assert (mainframe.uid, mainframe.labels) == ("", {"app": "mainframe"})
    assert seen["cards/WorkloadEntry/three"].uid == "u-three"
    assert mainframe.claims == (Claim("owner", "cards-team", "annotation portico.io/owner of namespace cards"),)


@pytest.mark.parametrize("kind", [SERVICES, SERVICE_ENTRIES])
def test_a_machine_is_not_said_to_be_alone_while_something_unread_may_select_it(kind: Any):
    objects = Objects(machine("one", "app: mainframe"))
    objects.gaps.add(kind, "cards")
    assert objects.seen() == {}


def test_what_istio_leads_to_a_service_on_machines_is_an_address_of_it():
    text = (
        entry(f"{INTERNAL}, endpoints: [{{address: 10.0.0.1}}]")
        + """
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: edge}
spec: {selector: {istio: ingress}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*']}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: rates, namespace: cards}
spec:
  hosts: [rates.bank.example]
  gateways: [edge/public]
  http: [{route: [{destination: {host: api.rates.example}}]}]
"""
    )
    exposure = Objects(text).seen()["cards/ServiceEntry/rates"].exposure
    assert exposure is not None
    assert exposure.level == "internet"
    assert exposure.endpoints[0].url == "http://rates.bank.example/"


def test_what_is_complete_is_said_of_each_kind_and_scope():
    gaps = Gaps()
    assert list(complete_scopes(gaps, ["*"])) == [
        Complete("Service"),
        Complete("ServiceEntry"),
        Complete("WorkloadEntry"),
    ]
    gaps.add(WORKLOAD_ENTRIES, "cards")
    gaps.add(SERVICE_ENTRIES, "core")
    assert list(complete_scopes(gaps, ["cards", "core"])) == [
        Complete("Service", "cards"),
        Complete("ServiceEntry", "cards"),
        Complete("Service", "core"),
    ]
    assert list(complete_scopes(gaps, ["*"])) == [Complete("Service")]
