"""Services outside of the cluster, as a run against an API server sees them."""

from collections.abc import Iterator
from typing import Any

import pytest

from demo.cluster.kinds import ISTIO as ISTIO_KINDS
from tests.clusters import Cluster, serving
from tests.discovery.connectors.clusters import run

ISTIO = "networking.istio.io/v1"


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with serving(Cluster()) as made:
        made.install()
        made.add_service("payments")
        made.add(ISTIO, "serviceentries", "rates", spec={"hosts": ["api.rates.example"]})
        made.add(ISTIO, "workloadentries", "mainframe", spec={"address": "10.0.0.1"})
        yield made


def test_it_observes_them_and_is_complete_in_each_kind(cluster: Cluster):
    seen = run(cluster)
    assert {one.kind for one in seen.services.values()} == {"Service", "ServiceEntry", "WorkloadEntry"}
    assert [seen.complete_in(kind) for kind in ("Service", "ServiceEntry", "WorkloadEntry")] == [["*"]] * 3


@pytest.mark.parametrize(
    ("forbidden", "incomplete"),
    [
        ("serviceentries", {"ServiceEntry", "WorkloadEntry"}),
        ("workloadentries", {"WorkloadEntry"}),
    ],
)
def test_a_kind_that_may_not_be_read_is_not_complete(cluster: Cluster, forbidden: str, incomplete: set[str]):
    cluster.forbid(forbidden)
    seen = run(cluster)
    assert {kind for kind in ("Service", "ServiceEntry", "WorkloadEntry") if not seen.complete_in(kind)} == incomplete
    assert "cards/payments" in seen.services


def test_a_kind_is_empty_when_discovery_says_that_it_is_not_installed(cluster: Cluster):
    cluster.served.uninstall(*ISTIO_KINDS)
    seen = run(cluster)
    assert seen.services.keys() == {"cards/payments"}
    assert seen.complete_in("ServiceEntry") == ["*"]


def test_a_kind_of_a_group_that_is_out_of_order_is_not_empty(cluster: Cluster):
    cluster.put_out_of_order("networking.istio.io")
    assert run(cluster).complete_in("ServiceEntry") == []


def test_a_kind_that_goes_away_during_the_run_is_not_empty(cluster: Cluster):
    cluster.prepare(f"/apis/{ISTIO}/serviceentries", 404, body=b"404 page not found")
    assert run(cluster).complete_in("ServiceEntry") == []


@pytest.mark.parametrize(
    ("resource", "name", "spec", "incomplete"),
    [
        ("serviceentries", "rates", {"hosts": ["{{ host }}"]}, {"ServiceEntry", "WorkloadEntry"}),
        ("workloadentries", "mainframe", {"labels": {"app": "{{ name }}"}}, {"WorkloadEntry"}),
    ],
)
def test_what_cannot_be_read_is_not_gone(
    cluster: Cluster, resource: str, name: str, spec: dict[str, Any], incomplete: set[str]
):
    cluster.add(ISTIO, resource, name, spec=spec)
    seen = run(cluster)
    assert {kind for kind in ("Service", "ServiceEntry", "WorkloadEntry") if not seen.complete_in(kind)} == incomplete
    assert [place for _code, place in seen.problems] == [f"{resource}.networking.istio.io in cards"]
