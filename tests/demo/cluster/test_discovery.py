"""What the server says it serves, in both forms."""

from demo.cluster.cluster import Cluster
from demo.cluster.kinds import GATEWAY_API, ISTIO
from tests.demo.cluster.client import Answer, Client

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


def groups(answer: Answer) -> dict[str, list[str]]:
    return {group["name"]: [served["version"] for served in group["versions"]] for group in answer.json["groups"]}


def test_it_names_custom_groups_only_while_they_are_installed(client: Client, cluster: Cluster) -> None:
    assert "networking.istio.io" not in groups(client.get("/apis"))
    cluster.install(*ISTIO, *GATEWAY_API)
    assert groups(client.get("/apis"))["networking.istio.io"] == ["v1", "v1beta1", "v1alpha3"]
    listed = client.get("/apis/gateway.networking.k8s.io/v1beta1").json
    assert (listed["kind"], listed["groupVersion"]) == ("APIResourceList", "gateway.networking.k8s.io/v1beta1")
    assert "httproutes" in [resource["name"] for resource in listed["resources"]]
    cluster.uninstall(*ISTIO)
    assert "networking.istio.io" not in groups(client.get("/apis"))
    assert client.get("/apis/networking.istio.io/v1").text == "404 page not found\n"


def test_it_describes_the_core_and_one_group(client: Client) -> None:
    assert client.get("/api").json["versions"] == ["v1"]
    resources = {resource["name"]: resource for resource in client.get("/api/v1").json["resources"]}
    assert resources["services"]["namespaced"] is True
    assert resources["namespaces"]["namespaced"] is False
    assert client.get("/apis/apps").json["preferredVersion"] == {"groupVersion": "apps/v1", "version": "v1"}
    assert client.get("/apis/nosuch.io").status == 404


def test_it_aggregates_everything_in_one_reply_with_an_etag(client: Client, cluster: Cluster) -> None:
    cluster.install(*ISTIO)
    answer = client.get("/apis", Accept=AGGREGATED)
    assert answer.headers["Content-Type"] == AGGREGATED
    items = {item["metadata"]["name"]: item["versions"] for item in answer.json["items"]}
    assert [version["version"] for version in items["networking.istio.io"]] == ["v1", "v1beta1", "v1alpha3"]
    (resource,) = [shown for shown in items["apps"][0]["resources"] if shown["resource"] == "deployments"]
    assert resource["scope"] == "Namespaced"
    assert resource["responseKind"] == {"group": "apps", "version": "v1", "kind": "Deployment"}
    assert "list" in resource["verbs"]
    unchanged = client.get("/apis", Accept=AGGREGATED, If_None_Match=answer.headers["ETag"])
    assert (unchanged.status, unchanged.text) == (304, "")
    cluster.uninstall(*ISTIO)
    assert client.get("/apis", Accept=AGGREGATED, If_None_Match=answer.headers["ETag"]).status == 200
    core = client.get("/api", Accept=AGGREGATED).json["items"]
    assert [item["metadata"]["name"] for item in core] == [""]


def test_it_shows_a_group_that_does_not_answer_as_stale(client: Client, cluster: Cluster) -> None:
    cluster.make_unavailable("metrics.k8s.io", "v1beta1")
    items = client.get("/apis", Accept=AGGREGATED).json["items"]
    stale = {"metadata": {"name": "metrics.k8s.io"}, "versions": [{"version": "v1beta1", "freshness": "Stale"}]}
    assert stale in items
    assert groups(client.get("/apis"))["metrics.k8s.io"] == ["v1beta1"]
    down = client.get("/apis/metrics.k8s.io/v1beta1")
    assert (down.status, down.headers["Content-Type"]) == (503, "text/plain; charset=utf-8")
    assert down.text == "service unavailable\n"
    (condition,) = client.get("/apis/apiregistration.k8s.io/v1/apiservices").json["items"][0]["status"]["conditions"]
    assert (condition["status"], condition["reason"]) == ("False", "ServiceNotFound")
    cluster.make_available("metrics.k8s.io")
    assert client.get("/apis/metrics.k8s.io/v1beta1").status == 404


def test_it_shows_an_installed_group_that_stops_answering_only_as_stale(client: Client, cluster: Cluster) -> None:
    cluster.install(*ISTIO)
    cluster.make_unavailable("networking.istio.io", "v1")
    items = client.get("/apis", Accept=AGGREGATED).json["items"]
    (shown,) = [item for item in items if item["metadata"]["name"] == "networking.istio.io"]
    assert shown["versions"] == [{"version": "v1", "freshness": "Stale"}]
    assert client.get("/apis/networking.istio.io/v1/virtualservices").status == 503
    cluster.make_available("networking.istio.io")
    assert client.get("/apis/networking.istio.io/v1/virtualservices").names == []


def test_an_older_server_answers_with_the_plain_form_whatever_is_asked(client: Client, cluster: Cluster) -> None:
    cluster.aggregates_discovery = False
    answer = client.get("/apis", Accept=AGGREGATED)
    assert (answer.headers["Content-Type"], answer.json["kind"]) == ("application/json", "APIGroupList")
