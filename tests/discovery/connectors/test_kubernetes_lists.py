"""What is read of a cluster, and what stays unknown when a part of it may not be read."""

from collections.abc import Iterator

import pytest

from demo.cluster.access import PROXY
from discovery.connectors.base import Claim, Endpoint, Exposure, Phase, Progress, Refused, Workload
from discovery.connectors.kubernetes import client as client_module
from discovery.connectors.kubernetes import lists
from tests.clusters import TOKEN, USER, Cluster, serving, uid_of
from tests.discovery.connectors.clusters import check, run


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with serving(Cluster()) as made:
        made.add("v1", "namespaces", "cards", "", metadata={"annotations": {"portico.io/owner": "cards-team"}})
        made.add_service(
            "payments", labels={"app.kubernetes.io/name": "payments", "app.kubernetes.io/version": "2.0.0"}
        )
        made.add_deployment("payments", replicas=3, ready=2)
        made.add_service("ledger", "core")
        made.add_deployment("ledger", "core")
        yield made


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "PAUSE_SECONDS_AT_MOST", 0.0)


def test_it_reads_services_with_what_stands_behind_them(cluster: Cluster):
    seen = run(cluster, cluster="eu-1")
    payments = seen.services["cards/payments"]
    assert payments.key == "eu-1/cards/Service/payments"
    assert (payments.uid, payments.identity, payments.version) == (uid_of("cards", "payments"), "payments", "2.0.0")
    assert payments.workloads == (Workload("Deployment", "payments", "1.2.3", 3, 2),)
    assert payments.exposure == Exposure(
        "inside", (Endpoint("payments.cards.svc.cluster.local", by="Service payments", scope="inside"),)
    )
    assert payments.claims == (Claim("owner", "cards-team", "annotation portico.io/owner of namespace cards"),)
    assert payments.place == "/api/v1/namespaces/cards/services/payments"
    assert (seen.complete, seen.problems) == (["*"], [])


def test_it_reads_every_page(cluster: Cluster, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lists, "PAGE_SIZE", 7)
    for number in range(50):
        cluster.add_service(f"service-{number}", "many")
    assert len(run(cluster).services) == 52
    pages = [path for path in cluster.paths() if path.startswith("/api/v1/services")]
    assert len(pages) == 8
    assert all("limit=7" in path for path in pages)


def test_it_takes_nothing_that_may_not_be_kept(cluster: Cluster):
    assert "planted" not in repr(run(cluster).seen)
    assert not any("secrets" in path or "configmaps" in path or "pods" in path for path in cluster.paths())
    assert TOKEN not in "".join(cluster.paths())


def test_it_counts_endpoints_where_no_workload_is_known(cluster: Cluster):
    cluster.add_service("outside")
    for family in ("IPv4", "IPv6"):
        cluster.add(
            "discovery.k8s.io/v1",
            "endpointslices",
            f"outside-{family}",
            metadata={"labels": {"kubernetes.io/service-name": "outside"}},
            addressType=family,
            endpoints=[{"conditions": {"ready": True}}, {"conditions": {"ready": False}}, {}],
        )
    workloads = run(cluster).services["cards/outside"].workloads
    assert workloads == (Workload("EndpointSlice", "outside", replicas=3, ready=2),)


def test_it_takes_what_a_balancer_was_given_for_a_host(cluster: Cluster):
    balancer = {"loadBalancer": {"ingress": [{"hostname": "lb.cloud.example"}, {"ip": "203.0.113.9"}]}}
    cluster.add("v1", "services", "edge", spec={"type": "LoadBalancer"}, status=balancer)
    exposure = run(cluster).services["cards/edge"].exposure
    assert exposure is not None
    assert [one.host for one in exposure.endpoints] == ["203.0.113.9", "lb.cloud.example"]


@pytest.mark.parametrize("is_aggregated", [True, False])
def test_it_reads_each_kind_in_one_version(cluster: Cluster, is_aggregated: bool):
    cluster.served.aggregates_discovery = is_aggregated
    cluster.install()
    run(cluster)
    paths = [path.partition("?")[0] for path in cluster.paths()]
    assert "/apis/networking.istio.io/v1/virtualservices" in paths
    assert "/apis/networking.istio.io/v1beta1/virtualservices" not in paths
    assert "/apis/gateway.networking.k8s.io/v1/httproutes" in paths


def test_it_asks_for_nothing_that_is_not_installed(cluster: Cluster):
    assert not any("istio" in path or "gateway" in path for path in (run(cluster), cluster.paths())[1])


@pytest.mark.parametrize("is_aggregated", [True, False])
def test_it_does_without_a_group_that_is_out_of_order(cluster: Cluster, is_aggregated: bool):
    cluster.served.aggregates_discovery = is_aggregated
    cluster.put_out_of_order("apps")
    seen = run(cluster)
    assert {code for code, _place in seen.problems} == {"api-out-of-order"}
    assert seen.services["cards/payments"].workloads is None
    assert seen.complete == ["*"]


def test_it_does_not_care_for_groups_that_it_does_not_read(cluster: Cluster):
    cluster.put_out_of_order("metrics.k8s.io")
    assert run(cluster).problems == []


def test_it_keeps_what_is_known_of_parts_that_may_not_be_read(cluster: Cluster):
    cluster.forbid("deployments", "ingresses", "namespaces")
    seen = run(cluster)
    assert seen.problems == [
        ("forbidden", "deployments.apps"),
        ("forbidden", "ingresses.networking.k8s.io"),
        ("forbidden", "namespaces"),
    ]
    payments = seen.services["cards/payments"]
    assert (payments.workloads, payments.exposure, payments.claims) == (None, None, ())
    assert seen.complete == ["*"]


def test_it_reads_the_namespaces_that_are_named_and_is_complete_in_each(cluster: Cluster):
    cluster.forbid_cluster_wide()
    seen = run(cluster, namespaces=["cards", "core", "empty"])
    assert seen.services.keys() == {"cards/payments", "core/ledger"}
    assert (seen.complete, seen.problems) == (["cards", "core", "empty"], [])


def test_it_marks_nothing_missing_in_a_namespace_that_is_forbidden(cluster: Cluster):
    cluster.forbid("services in core", "deployments in cards")
    seen = run(cluster, namespaces=["cards", "core"])
    assert seen.services.keys() == {"cards/payments"}
    assert seen.complete == ["cards"]
    assert seen.problems == [("forbidden", "services in core"), ("forbidden", "deployments.apps in cards")]
    assert seen.services["cards/payments"].workloads is None


def test_it_fails_when_it_may_read_services_nowhere(cluster: Cluster):
    cluster.forbid("services", "services in cards", "services in core")
    for namespaces in ([], ["cards", "core"]):
        with pytest.raises(Refused, match="refuses services"):
            run(cluster, namespaces=namespaces)


def test_it_says_that_nothing_is_missing(cluster: Cluster):
    assert check(cluster)[0] == f"The API server answers and knows Portico as {USER}."
    assert check(cluster)[-1] == "The identity may list and watch all of them, and needs no other right."


def test_it_says_which_rights_are_missing_and_what_to_apply(cluster: Cluster):
    cluster.install()
    cluster.forbid("ingresses", "virtualservices")
    missing, _unwatched, remedy = check(cluster)[-3:]
    assert "missing for ingresses.networking.k8s.io, virtualservices.networking.istio.io." in missing
    assert "kind: ClusterRole\n" in remedy
    assert '- {apiGroups: ["networking.k8s.io"], resources: [ingresses], verbs: [list, watch]}' in remedy
    assert "- {kind: ServiceAccount, namespace: portico, name: reader}" in remedy


@pytest.mark.parametrize("namespaces", [[], ["cards"]])
def test_it_says_when_specifications_could_not_be_fetched_through_the_api_server(cluster: Cluster, namespaces):
    rule = '- {apiGroups: [""], resources: [services/proxy], verbs: [get]}'
    asked = check(cluster, namespaces=namespaces, fetch_through_api_server=True)
    place = " in cards" if namespaces else ""
    assert f"The right to «get» services/proxy is missing{place}." in asked[-2]
    assert rule in asked[-1]
    cluster.served.access.grant(USER, PROXY)
    assert "needs no other right" in check(cluster, namespaces=namespaces, fetch_through_api_server=True)[-1]
    assert not any("services/proxy" in said for said in check(cluster, namespaces=namespaces))


def test_it_gives_roles_for_the_namespaces_that_are_named(cluster: Cluster):
    cluster.forbid("services in cards", "services in core")
    with pytest.raises(Refused, match=r"reader may not list Services") as caught:
        check(cluster, namespaces=["cards", "core"])
    assert caught.value.hint.count("kind: Role\n") == 2
    assert "ClusterRole" not in caught.value.hint
    assert "namespaces]" not in caught.value.hint


def test_it_gives_a_sign_of_life_for_each_group_that_it_asks_for(cluster: Cluster):
    cluster.served.aggregates_discovery = False
    cluster.install()
    seen = run(cluster).seen
    before = seen[: seen.index(Phase("Read services"))]
    assert sum(isinstance(one, Progress) for one in before) >= 6


def test_what_namespaces_say_is_unread_while_they_may_not_be_listed(cluster: Cluster):
    assert run(cluster).services["cards/payments"].unread_claims == ()
    cluster.forbid("namespaces")
    assert run(cluster).services["cards/payments"].unread_claims == ("namespace cards",)
    assert run(cluster, namespaces=["cards"]).services["cards/payments"].unread_claims == ("namespace cards",)
