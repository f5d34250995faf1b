"""What is believed of API servers, asked of one: status, content type, reason and the shape of the reply."""

import json

import pytest

from tests.live.administrator import Administrator
from tests.live.conftest import Place


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/apis/nosuch.io/v1/things", 404, "404 page not found"),
        ("/apis/apps/v1/things", 404, "the server could not find the requested resource"),
        ("/api/v1/services?labelSelector=%3D", 400, "found '='"),
        ("/api/v1/services?continue=broken&limit=1", 400, "continue key is not valid"),
        ("/api/v1/services?watch=1&resourceVersion=abc", 500, "resourceVersion"),
        ("/api/v1/services?resourceVersion=99999999999999&limit=1", 504, "Too large resource version"),
    ],
)
def test_it_refuses_in_these_words(live_cluster: Administrator, path: str, status: int, words: str):
    answer = live_cluster.get(path)
    assert answer.status == status
    assert words in answer.text


def test_a_list_of_a_namespace_that_is_not_there_is_empty(live_cluster: Administrator):
    answer = live_cluster.get("/api/v1/namespaces/portico-test-nowhere/services")
    assert (answer.status, answer.json["items"]) == (200, [])


def test_a_bad_token_is_401_and_none_is_403(live_cluster: Administrator):
    config = live_cluster.kubeconfig("t")
    bad = Administrator(config, "bad").get("/api/v1/services")
    assert (bad.status, bad.json["reason"]) == (401, "Unauthorized")
    nobody = Administrator(config, "").get("/api/v1/services")
    assert nobody.status in (401, 403)


def test_rights_are_asked_before_existence(place: Place):
    reader = Administrator(place.cluster.kubeconfig(place.token))
    for path in ("/apis/nosuch.io/v1/things", f"/api/v1/namespaces/{place.namespace}/services/nothing"):
        refused = reader.get(path)
        assert (refused.status, refused.json["reason"]) == (403, "Forbidden")
        assert f"system:serviceaccount:{place.namespace}:{place.account}" in refused.json["message"]
    assert reader.get("/apis").status == 200


def test_pages_go_on_where_they_ended_and_built_in_items_do_not_say_what_they_are(place: Place):
    for name in ("one", "two", "three"):
        place.add_service(name)
    path = f"/api/v1/namespaces/{place.namespace}/services?limit=2"
    first = place.cluster.get(path).json
    assert first["metadata"]["remainingItemCount"] == 1
    second = place.cluster.get(f"{path}&continue={first['metadata']['continue']}").json
    assert second["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]
    assert "continue" not in second["metadata"]
    items = [*first["items"], *second["items"]]
    assert [item["metadata"]["name"] for item in items] == ["one", "three", "two"]
    assert not any("kind" in item for item in items)


def test_a_watch_from_an_old_version_tells_what_happened_since(place: Place):
    path = f"/api/v1/namespaces/{place.namespace}/services"
    version = place.cluster.get(path).json["metadata"]["resourceVersion"]
    place.add_service("one")
    place.delete("v1", "Service", "one")
    lines = place.cluster.get(f"{path}?watch=1&timeoutSeconds=2&resourceVersion={version}").text.splitlines()
    events = [json.loads(line) for line in lines]
    assert [event["type"] for event in events][:1] == ["ADDED"]
    assert events[-1]["type"] == "DELETED"
    versions = [int(event["object"]["metadata"]["resourceVersion"]) for event in events]
    assert versions == sorted(versions)


def test_aggregated_discovery_is_one_reply_with_a_tag(live_cluster: Administrator):
    accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
    answer = live_cluster.send("GET", "/apis", Accept=accept)
    assert answer.json["kind"] == "APIGroupDiscoveryList"
    again = live_cluster.send("GET", "/apis", Accept=accept, If_None_Match=answer.headers["ETag"])
    assert again.status == 304
