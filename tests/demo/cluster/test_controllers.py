"""What is derived of the objects: readiness, and the endpoints of Services."""

from demo.cluster.cluster import Cluster
from tests.demo.cluster.client import Client
from tests.demo.cluster.manifests import deployment, service

SLICES = "/apis/discovery.k8s.io/v1/namespaces/cards/endpointslices?labelSelector=kubernetes.io/service-name%3Dtokens"


def ready(client: Client) -> list[bool]:
    (found,) = client.get(SLICES).json["items"]
    return [endpoint["conditions"]["ready"] for endpoint in found["endpoints"]]


def test_it_follows_the_workload_with_the_endpoints_of_its_service(client: Client, cluster: Cluster) -> None:
    assert ready(client) == []
    cluster.add(deployment("tokens", replicas=3))
    assert ready(client) == [True, True, True]
    workload = client.get("/apis/apps/v1/namespaces/cards/deployments/tokens").json
    assert workload["status"]["readyReplicas"] == 3
    cluster.modify("Deployment", "cards", "tokens", lambda body: body["status"].update(readyReplicas=1))
    assert ready(client) == [True, False, False]
    endpoints = client.get("/api/v1/namespaces/cards/endpoints/tokens").json["subsets"][0]
    assert (len(endpoints["addresses"]), len(endpoints["notReadyAddresses"])) == (1, 2)
    assert endpoints["ports"] == [{"name": "http", "port": 8080, "protocol": "TCP"}]
    cluster.delete("Deployment", "cards", "tokens")
    assert ready(client) == []
    cluster.delete("Service", "cards", "tokens")
    assert client.get(SLICES).json["items"] == []


def test_it_names_the_service_that_owns_a_slice(client: Client, cluster: Cluster) -> None:
    (found,) = client.get(SLICES).json["items"]
    owner = found["metadata"]["ownerReferences"][0]
    assert owner["uid"] == cluster.store.get("", "services", "cards", "tokens").body()["metadata"]["uid"]


def test_it_writes_no_endpoints_that_say_nothing_new(cluster: Cluster) -> None:
    cluster.add(deployment("tokens"))
    slices = cluster.store.find("discovery.k8s.io", "endpointslices")
    before = len(slices.events)
    cluster.modify("Deployment", "cards", "tokens", lambda body: body["metadata"].update(annotations={"a": "b"}))
    assert len(slices.events) == before


def test_it_makes_the_namespace_of_an_object_and_takes_all_along_with_it(client: Client, cluster: Cluster) -> None:
    cluster.add(service("new", "fresh"))
    fresh = client.get("/api/v1/namespaces/fresh").json
    assert fresh["status"] == {"phase": "Active"}
    assert fresh["metadata"]["labels"] == {"kubernetes.io/metadata.name": "fresh"}
    cluster.delete("Namespace", "", "fresh")
    assert client.get("/api/v1/namespaces/fresh/services").names == []
    assert client.get("/api/v1/namespaces/fresh").status == 404
