"""Watches: what they tell, and each of the ways in which they end."""

import time

import pytest
import urllib3

from demo.cluster.cluster import Cluster
from demo.cluster.kinds import ISTIO
from demo.cluster.server import Server
from tests.demo.cluster.client import Client
from tests.demo.cluster.manifests import service, virtual_service

SERVICES = "/api/v1/services"
CARDS = "/api/v1/namespaces/cards/services"


def told(events: list[dict]) -> list[tuple[str, str]]:
    return [(event["type"], event["object"]["metadata"].get("name", "")) for event in events]


def since(cluster: Cluster, path: str = CARDS, **more: str) -> str:
    asked = {"watch": "1", "resourceVersion": str(cluster.store.version), "timeoutSeconds": "1"} | more
    return f"{path}?{'&'.join(f'{name}={value}' for name, value in asked.items())}"


def wait_for_streams(server: Server, count: int) -> None:
    until = time.monotonic() + 5
    while len(server.streams) != count:
        assert time.monotonic() < until, server.streams
        time.sleep(0.01)


def test_it_tells_what_happens_and_ends_cleanly(client: Client, cluster: Cluster) -> None:
    path = since(cluster)
    cluster.add(service("zebra"))
    cluster.modify("Service", "cards", "zebra", lambda body: body["spec"].update(type="NodePort"))
    cluster.add(service("elsewhere", "personal"))
    cluster.delete("Service", "cards", "zebra")
    started = time.monotonic()
    events = list(client.watch(path))
    assert 0.9 < time.monotonic() - started < 5
    assert told(events) == [("ADDED", "zebra"), ("MODIFIED", "zebra"), ("DELETED", "zebra")]
    versions = [int(event["object"]["metadata"]["resourceVersion"]) for event in events]
    assert versions == sorted(set(versions))
    assert events[0]["object"]["kind"] == "Service"


def test_it_tells_a_change_at_once(client: Client, cluster: Cluster, server: Server) -> None:
    events = client.watch(since(cluster, timeoutSeconds="20"))
    cluster.add(service("zebra"))
    assert next(events)["object"]["metadata"]["name"] == "zebra"
    started = time.monotonic()
    cluster.delete("Service", "cards", "zebra")
    assert next(events)["type"] == "DELETED"
    assert time.monotonic() - started < 0.9


def test_it_begins_with_everything_without_a_version(client: Client) -> None:
    events = list(client.watch(f"{CARDS}?watch=1&timeoutSeconds=1"))
    assert told(events) == [("ADDED", "authorisation"), ("ADDED", "controls"), ("ADDED", "tokens")]


def test_it_marks_where_it_is_though_nothing_happens(client: Client, cluster: Cluster) -> None:
    path = since(cluster, allowWatchBookmarks="true")
    cluster.add(service("elsewhere", "personal"))
    (mark,) = client.watch(path)
    assert mark == {
        "type": "BOOKMARK",
        "object": {
            "kind": "Service",
            "apiVersion": "v1",
            "metadata": {"resourceVersion": str(cluster.store.version)},
            "spec": {},
            "status": {"loadBalancer": {}},
        },
    }


def test_it_marks_regularly(client: Client, cluster: Cluster) -> None:
    cluster.pace.bookmark_seconds = 0.2
    events = list(client.watch(since(cluster, allowWatchBookmarks="true")))
    assert len(events) >= 3
    assert {event["type"] for event in events} == {"BOOKMARK"}
    assert list(client.watch(since(cluster))) == []


def test_it_tells_an_old_version_in_the_stream(client: Client, cluster: Cluster) -> None:
    cluster.store.compact()
    (error,) = client.watch(f"{SERVICES}?watch=1&resourceVersion=1")
    assert error["type"] == "ERROR"
    assert error["object"]["code"] == 410
    assert error["object"]["reason"] == "Expired"
    assert error["object"]["message"] == f"too old resource version: 1 ({cluster.store.version})"


def test_it_is_silent_about_a_version_ahead_of_it(client: Client, cluster: Cluster) -> None:
    assert list(client.watch(since(cluster, resourceVersion="999999999", allowWatchBookmarks="true"))) == []


def test_it_sends_the_list_as_events_when_asked(client: Client, cluster: Cluster) -> None:
    cluster.install(*ISTIO)
    cluster.add(virtual_service("a"))
    asked = "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
    events = client.watch(f"/apis/networking.istio.io/v1beta1/virtualservices?{asked}&timeoutSeconds=5")
    first, mark = next(events), next(events)
    assert (first["type"], first["object"]["apiVersion"]) == ("ADDED", "networking.istio.io/v1beta1")
    assert mark["type"] == "BOOKMARK"
    assert mark["object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}
    cluster.add(virtual_service("b"))
    assert told([next(events)]) == [("ADDED", "b")]
    refused = client.get(f"{SERVICES}?watch=1&sendInitialEvents=true")
    assert refused.status == 422


def test_it_tells_when_an_object_enters_and_leaves_a_selection(client: Client, cluster: Cluster) -> None:
    path = since(cluster, labelSelector="tier%3Dfront")
    cluster.add(service("controls", tier="front"))
    cluster.add(service("controls", tier="front", more="yes"))
    cluster.add(service("controls", tier="back"))
    cluster.add(service("authorisation", tier="back", more="yes"))
    assert told(list(client.watch(path))) == [("ADDED", "controls"), ("MODIFIED", "controls"), ("DELETED", "controls")]


def test_it_ends_the_watches_of_a_removed_kind_after_its_deletions(client: Client, cluster: Cluster) -> None:
    cluster.install(*ISTIO)
    cluster.add(virtual_service("a"))
    root = "/apis/networking.istio.io/v1/virtualservices"
    events = client.watch(since(cluster, root, timeoutSeconds="30"))
    cluster.pace.removal_seconds = 0.1
    cluster.uninstall(*ISTIO)
    assert told(list(events)) == [("DELETED", "a")]
    gone = client.get(root)
    assert (gone.status, gone.text) == (404, "404 page not found\n")
    cluster.install(*ISTIO)
    assert client.get(root).names == []


def test_it_breaks_streams_off(client: Client, cluster: Cluster, server: Server) -> None:
    events = client.watch(since(cluster, timeoutSeconds="30"))
    cluster.add(service("zebra"))
    assert next(events)["type"] == "ADDED"
    server.cut_streams()
    with pytest.raises(urllib3.exceptions.ProtocolError):
        next(events)


def test_it_says_nothing_while_streams_are_silent(client: Client, cluster: Cluster) -> None:
    cluster.faults.streams_are_silent = True
    path = since(cluster, allowWatchBookmarks="true")
    cluster.add(service("zebra"))
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        next(client.watch(path, timeout=1.5))
    cluster.faults.streams_are_silent = False
    assert told(list(client.watch(path)))[0] == ("ADDED", "zebra")


def test_it_sends_slowly(client: Client, cluster: Cluster) -> None:
    path = since(cluster, timeoutSeconds="5")
    for number in range(3):
        cluster.add(service(f"zebra-{number}"))
    cluster.faults.delay_seconds = 0.1
    started = time.monotonic()
    events = client.watch(path)
    for _ in range(3):
        next(events)
    assert 0.35 < time.monotonic() - started < 4.5


def test_it_forgets_old_versions_when_it_restarts(client: Client, cluster: Cluster, server: Server) -> None:
    cluster.install(*ISTIO)
    before, token = cluster.store.version, client.get(f"{CARDS}?limit=1").json["metadata"]["continue"]
    events = client.watch(since(cluster, timeoutSeconds="30"))
    cluster.add(service("zebra"))
    next(events)
    server.restart()
    with pytest.raises(urllib3.exceptions.ProtocolError):
        next(events)
    (error,) = client.watch(f"{SERVICES}?watch=1&resourceVersion={before}")
    assert error["object"]["message"].startswith(f"too old resource version: {before} (")
    assert client.get(f"{CARDS}?continue={token}").status == 410
    custom = (
        f"/apis/networking.istio.io/v1/virtualservices?watch=1&timeoutSeconds=1&resourceVersion={cluster.store.version}"
    )
    starting = client.get(custom)
    assert (starting.status, starting.headers["Retry-After"]) == (429, "1")
    assert starting.json["message"] == "storage is (re)initializing"
    assert starting.json["details"] == {"retryAfterSeconds": 1}
    assert list(client.watch(custom)) == []
    assert "zebra" in client.get(CARDS).names


def test_it_refuses_connections_while_its_streams_go_on(client: Client, cluster: Cluster, server: Server) -> None:
    events = client.watch(since(cluster, timeoutSeconds="30"))
    server.refuse()
    with pytest.raises(urllib3.exceptions.HTTPError):
        Client(server).get("/version")
    cluster.add(service("zebra"))
    assert told([next(events)]) == [("ADDED", "zebra")]
    server.stop()
    with pytest.raises(urllib3.exceptions.HTTPError):
        client.get("/version")
    server.start()
    assert client.get("/version").status == 200


def test_it_notices_that_nobody_reads_a_stream_any_more(client: Client, cluster: Cluster, server: Server) -> None:
    reply = client.raw(since(cluster, timeoutSeconds="60"))
    wait_for_streams(server, 1)
    reply.close()
    wait_for_streams(server, 0)
