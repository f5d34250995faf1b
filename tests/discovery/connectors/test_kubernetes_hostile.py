"""An API server, or somebody with one namespace of it, that would rather have us read for ever, or nothing at all."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import msgspec
import pytest

from demo.cluster.certificates import Authority
from demo.cluster.cluster import Cluster as Served
from demo.cluster.server import Server
from discovery.connectors.base import ConnectorError, Misconfigured, Refused, Unreachable
from discovery.connectors.kubernetes import client as client_module
from discovery.connectors.kubernetes import known as known_module
from discovery.connectors.kubernetes.access import Access, tls_context
from discovery.connectors.kubernetes.client import Client
from discovery.connectors.kubernetes.open_watch import OpenWatch
from tests.clusters import Cluster, serving
from tests.demo.cluster.manifests import service
from tests.discovery.connectors.clusters import run
from tests.discovery.connectors.watched import QUICK, watching

ENDLESS_SECONDS = 60
HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with serving(Cluster()) as made:
        for number in range(9):
            made.add_service(f"service-{number}")
        yield made


@contextmanager
def dripping(beginning: bytes, drop: bytes) -> Iterator[Access]:
    """A server that begins an answer and then sends a drop of it now and then, for ever."""
    authority, over = Authority(), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    plain, _ = listener.accept()
                    with suppress(OSError), authority.server_context().wrap_socket(plain, server_side=True) as peer:
                        peer.recv(65_536)
                        peer.sendall(beginning)
                        stop = time.monotonic() + ENDLESS_SECONDS
                        while time.monotonic() < stop and not over.wait(0.02):
                            peer.sendall(drop)

        thread = threading.Thread(target=serve)
        thread.start()
        ca = authority.certificate.decode()
        try:
            yield Access("127.0.0.1", listener.getsockname()[1], "", "127.0.0.1", ca, read_token=lambda: "t")
        finally:
            over.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.mark.parametrize(
    ("beginning", "drop"),
    [
        (HEAD + b"X-Endless: ", b"a"),
        (HEAD + b"Content-Length: 1000000\r\n\r\n", b" "),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    ],
    ids=["headers", "body", "chunks"],
)
def test_it_waits_for_an_answer_that_drips_no_longer_than_for_any(
    beginning: bytes, drop: bytes, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(client_module, "ANSWER_SECONDS", 0.5)
    with dripping(beginning, drop) as access:
        begun = time.monotonic()
        client = Client(access, begun + 2 * ENDLESS_SECONDS)
        with pytest.raises(Unreachable):
            client.get("/api", msgspec.json.Decoder(), "services")
        client.close()
        assert time.monotonic() - begun < ENDLESS_SECONDS / 2


def test_a_watch_whose_headers_drip_is_given_up():
    with dripping(HEAD + b"X-Endless: ", b"a") as access:
        begun = time.monotonic()
        with OpenWatch(access, tls_context(access), "services") as opened, pytest.raises(Unreachable):
            opened.send("/api", ENDLESS_SECONDS, begun + 0.5)
        assert time.monotonic() - begun < ENDLESS_SECONDS / 2


def test_large_objects_of_one_keep_nobody_from_reading_those_of_others(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(client_module, "BODY_BYTES_AT_MOST", 300_000)
    for number in range(12):
        cluster.add_service(f"huge-{number}", "aaa", annotations={"anything": "<" * 100_000})
    seen = run(cluster)
    assert len(seen.services) == 21 and seen.complete == ["*"] and seen.problems == []


def test_one_object_that_is_larger_than_all_that_is_read_is_said(cluster: Cluster, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client_module, "BODY_BYTES_AT_MOST", 100_000)
    cluster.add_service("huge", annotations={"anything": "<" * 200_000})
    with pytest.raises(Refused, match="more than 100,000 bytes"):
        run(cluster)


def test_a_list_of_one_namespace_says_nothing_of_another(cluster: Cluster):
    items = [{"metadata": {"name": name, "namespace": name}} for name in ("cards", "core")]
    body = json.dumps({"kind": "ServiceList", "metadata": {"resourceVersion": "1"}, "items": items}).encode()
    cluster.prepare("/api/v1/namespaces/cards/services", 200, body=body)
    assert run(cluster, namespaces=["cards"]).services.keys() == {"cards/cards"}


def test_a_watch_that_invents_objects_without_end_is_ended(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(known_module, "OBJECTS_AT_MOST", 5)
    served = Served()
    with Server(served) as server, watching(server) as watched:
        watched.until(lambda told: told.is_open)
        with pytest.raises(Misconfigured, match="more than 200,000 services"):
            for number in range(8):
                served.add(service(f"invented-{number}"))
                watched.listen_for(0.1)
            watched.until(lambda told: False)


@pytest.mark.parametrize("name", ["../../api/v1/secrets?", "v1\u00e9", "v1\r\nX: y", "v" * 1000])
def test_versions_that_are_none_are_not_asked_for(cluster: Cluster, name: str):
    versions = [{"version": name, "groupVersion": f"apps/{name}"}, {"version": "v1", "groupVersion": "apps/v1"}]
    body = json.dumps({"kind": "APIGroupList", "groups": [{"name": "apps", "versions": versions}]}).encode()
    cluster.prepare("/apis", 200, body=body)
    assert len(run(cluster).services) == 9
    assert [path for path in cluster.paths() if path.startswith("/apis/apps") and "limit" not in path] == [
        "/apis/apps/v1"
    ]


def test_thousands_of_versions_are_not_asked_for_one_by_one(cluster: Cluster):
    versions = [{"version": f"v{number}", "groupVersion": f"apps/v{number}"} for number in range(1000)]
    body = json.dumps({"kind": "APIGroupList", "groups": [{"name": "apps", "versions": versions}]}).encode()
    cluster.prepare("/apis", 200, body=body)
    run(cluster)
    assert len(cluster.paths()) < 60


def test_a_watch_that_can_not_ask_any_more_what_is_installed_ends_aloud(monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object) -> None:
        raise ValueError("planted")

    monkeypatch.setattr("discovery.connectors.kubernetes.lookout.ask_changed", fail)
    with Server(Served()) as server, watching(server, replace(QUICK, discovery=0.05)) as watched:
        with pytest.raises(ConnectorError, match=r"installed failed \(ValueError\)") as caught:
            watched.until(lambda told: False)
        assert "planted" not in caught.value.message
