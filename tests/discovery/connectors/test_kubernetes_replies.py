"""What an API server answers when it does not give what was asked, and what comes of it."""

import gzip
import json
import time
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from discovery.connectors.base import ConnectorError, Misconfigured, Partial, Refused, Unreachable
from discovery.connectors.kubernetes import client as client_module
from discovery.connectors.kubernetes import lists
from discovery.connectors.kubernetes.client import Client
from discovery.connectors.kubernetes.config import read_config
from discovery.connectors.kubernetes.connector import Kubernetes
from tests.clusters import TOKEN, Cluster, serving
from tests.discovery.connectors.clusters import run, surroundings

TEXT = {"Content-Type": "text/plain"}
ANYTHING = msgspec.json.Decoder(dict[str, Any])
SERVICES = "/api/v1/services"


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with serving(Cluster()) as made:
        made.add_service("payments")
        made.add_deployment("payments")
        yield made


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "PAUSE_SECONDS_AT_MOST", 0.0)


def answer(cluster: Cluster, status: int, body: bytes = b"", times: int = 1, **headers: str) -> None:
    cluster.prepare(SERVICES, status, {**TEXT, **headers}, body, times)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_it_tries_again_what_may_pass(cluster: Cluster, status: int):
    answer(cluster, status, b"Too many requests, please try again later.", times=4)
    assert run(cluster).services.keys() == {"cards/payments"}


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (401, Refused, "does not accept the credentials"),
        (403, Refused, "refuses services"),
        (404, Refused, "does not have services"),
        (400, Refused, "answered 400"),
        (302, Refused, "redirects elsewhere"),
        (429, Unreachable, "fewer requests"),
        (503, Unreachable, "has trouble"),
        (504, Unreachable, "needed too long"),
    ],
)
def test_it_says_what_to_do_about_each_answer(cluster: Cluster, status: int, error: type, words: str):
    body = json.dumps({"kind": "Status", "message": f"planted {TOKEN}"}).encode()
    answer(cluster, status, body, times=5, Location="https://127.0.0.1:1/")
    with pytest.raises(error, match=words) as caught:
        run(cluster)
    assert caught.value.hint.endswith(".")
    assert TOKEN not in f"{caught.value.message}{caught.value.hint}" and "planted" not in caught.value.message


def test_it_waits_as_long_as_it_is_asked_to_and_no_longer_than_it_may(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(client_module, "PAUSE_SECONDS_AT_MOST", 20.0)
    pauses: list[float] = []
    config = read_config(surroundings(cluster.configuration()))
    client = Client(config.access, time.monotonic() + 30, wait=pauses.append)
    for retry_after in ("1", "3600", "never"):
        answer(cluster, 429, **{"Retry-After": retry_after})
    assert (
        ANYTHING.decode(json.dumps(client.get(SERVICES, ANYTHING, "services", {"limit": "1"})))["kind"] == "ServiceList"
    )
    asked, capped, own = pauses
    assert 1 <= asked <= 1.25 and 20 <= capped <= 25 and 2 <= own <= 2.5
    client.close()


def test_it_does_not_wait_beyond_the_deadline(cluster: Cluster, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client_module, "PAUSE_SECONDS_AT_MOST", 20.0)
    answer(cluster, 503, **{"Retry-After": "10"})
    begun = time.monotonic()
    with pytest.raises(ConnectorError):
        list(Kubernetes().observe(surroundings(cluster.configuration(), seconds=5)))
    assert time.monotonic() - begun < 4


def test_it_begins_again_when_a_list_expires_on_the_way(cluster: Cluster, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lists, "PAGE_SIZE", 1)
    for name in ("ledger", "cards"):
        cluster.add_service(name)
    page = {"kind": "ServiceList", "metadata": {"continue": "1"}, "items": [{"metadata": {"name": "old"}}]}
    answer(cluster, 200, json.dumps(page).encode())
    fresh = {"kind": "Status", "reason": "Expired", "code": 410, "metadata": {"continue": "2"}}
    answer(cluster, 410, json.dumps(fresh).encode())
    seen = run(cluster)
    assert seen.services.keys() == {"cards/payments", "cards/ledger", "cards/cards"}
    assert seen.complete == ["*"]


def test_it_gives_up_a_list_that_always_expires(cluster: Cluster):
    answer(cluster, 410, times=3)
    with pytest.raises(Unreachable, match="expired 3 times"):
        run(cluster)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"<html>",
        b"\xff",
        b"[" * 100_000,
        b'{"kind": "ServiceList", "items": []}',
        b'{"kind": "ServiceList", "metadata": {}}',
        b'{"kind": "ServiceList", "metadata": {}, "items": []}',
        b'{"kind": "Status", "metadata": {}, "items": []}',
        b'{"kind": "ServiceList", "metadata": {}, "items": [{"spec": {}}]}',
        b'{"kind": "ServiceList", "metadata": {}, "items": [{"metadata": {"name": 1}}]}',
    ],
)
def test_it_never_takes_for_an_empty_list_what_is_no_list(cluster: Cluster, body: bytes):
    answer(cluster, 200, body)
    with pytest.raises(Refused, match="not what an API server says"):
        run(cluster)


def test_it_bounds_what_an_answer_unpacks_to(cluster: Cluster, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client_module, "BODY_BYTES_AT_MOST", 1_000_000)
    # Shorter pages are tried before it is given up.
    answer(cluster, 200, gzip.compress(b" " * 50_000_000), times=4, **{"Content-Encoding": "gzip"})
    with pytest.raises(Refused, match="more than 1,000,000 bytes"):
        run(cluster)


def test_it_does_not_take_half_an_answer(cluster: Cluster):
    whole = gzip.compress(json.dumps({"kind": "ServiceList", "metadata": {}, "items": []}).encode())
    more = {"Content-Encoding": "gzip", "Content-Length": str(len(whole))}
    answer(cluster, 200, whole[:-8], times=5, **more)
    with pytest.raises(Unreachable, match="did not answer with services"):
        run(cluster)


def test_it_says_when_nobody_answers():
    with pytest.raises(Unreachable, match="does not answer"):
        list(Kubernetes().observe(surroundings({"server": "https://127.0.0.1:1", "token": "t"})))


def test_it_says_when_the_host_is_not_known():
    with pytest.raises(Unreachable, match="not known"):
        list(Kubernetes().observe(surroundings({"server": "https://nowhere.invalid", "token": "t"})))


def test_it_says_when_the_port_does_not_speak_tls(cluster: Cluster):
    with pytest.raises(Misconfigured, match="begins with https"):
        list(Kubernetes().observe(surroundings(cluster.configuration(server=f"http://127.0.0.1:{cluster.port}"))))


def test_it_gives_up_when_the_server_stops_answering_in_the_middle(cluster: Cluster):
    for path in ("/apis/apps/v1/deployments", "/apis/apps/v1/statefulsets", "/apis/apps/v1/daemonsets"):
        cluster.prepare(path, 503, TEXT, times=5)
    with pytest.raises(Partial, match="stopped answering"):
        run(cluster)
