"""How many endpoints of a Service are ready."""

import pytest

from discovery.connectors.base import Workload
from tests.discovery.connectors.known_objects import Objects


def service(spec: str = "selector: {app: payments}") -> str:
    return f"""
apiVersion: v1
kind: Service
metadata: {{name: payments}}
spec: {{{spec}, ports: [{{port: 80}}]}}
"""


def deployment(ready: int | None) -> str:
    status = "" if ready is None else f"status: {{observedGeneration: 1, replicas: 3, readyReplicas: {ready}}}"
    return f"""
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: payments, labels: {{app.kubernetes.io/version: '1.0'}}}}
spec:
  replicas: 3
  selector: {{matchLabels: {{app: payments}}}}
  template: {{metadata: {{labels: {{app: payments}}}}}}
{status}
"""


def slice_(name: str, *endpoints: str, family: str = "IPv4") -> str:
    return f"""
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {{name: {name}, labels: {{kubernetes.io/service-name: payments}}}}
addressType: {family}
endpoints: [{", ".join(endpoints)}]
"""


def endpoint(address: str, conditions: str = "ready: true") -> str:
    return f"{{addresses: ['{address}'], conditions: {{{conditions}}}}}"


ONE, TWO = endpoint("10.0.0.1"), endpoint("10.0.0.2")


@pytest.mark.parametrize(
    ("slices", "counts"),
    [
        (slice_("a", ONE, TWO), (2, 2)),
        (slice_("a", ONE) + slice_("b", TWO), (2, 2)),
        (slice_("a", ONE) + slice_("b", ONE, TWO), (2, 2)),
        (slice_("a", ONE, TWO) + slice_("b", endpoint("fd00::1"), endpoint("fd00::2"), family="IPv6"), (2, 2)),
        (slice_("a", ONE, endpoint("10.0.0.2", "ready: false")), (2, 1)),
        (slice_("a", ONE, endpoint("10.0.0.2", "")), (2, 2)),
        (slice_("a", ONE, endpoint("10.0.0.2", "ready: false, serving: true, terminating: true")), (1, 1)),
        (slice_("a", ONE, endpoint("10.0.0.2", "ready: true, serving: true, terminating: true")), (1, 1)),
    ],
)
@pytest.mark.parametrize("spec", ["selector: {app: payments}", "clusterIP: None", "externalName: a.example"])
def test_each_endpoint_that_stays_counts_once(slices: str, counts: tuple[int, int], spec: str):
    workloads = Objects(service(spec) + slices).seen()["cards/Service/payments"].workloads
    assert workloads == (Workload("EndpointSlice", "payments", "", *counts),)


@pytest.mark.parametrize(
    ("ready", "slices", "is_shown"),
    [
        (2, slice_("a", ONE, TWO), False),
        (3, slice_("a", ONE, TWO), True),
        (3, slice_("a"), True),
        (3, "", False),
        (None, slice_("a", ONE), False),
    ],
)
def test_a_workload_keeps_its_counts_and_other_ones_are_shown_beside(ready: int | None, slices: str, is_shown: bool):
    seen = Objects(service() + deployment(ready) + slices).seen()["cards/Service/payments"]
    first, *rest = seen.workloads or ()
    assert (first.kind, first.ready) == ("Deployment", ready)
    assert [one.kind for one in rest] == (["EndpointSlice"] if is_shown else [])
    assert seen.version == "1.0"


def test_an_empty_slice_says_that_nothing_stands_behind():
    assert Objects(service() + slice_("a")).seen()["cards/Service/payments"].workloads == ()
