"""What can be made to go wrong while the server runs."""

import time

import pytest
import urllib3

from demo.cluster.cluster import Cluster
from demo.cluster.statuses import Reply
from tests.demo.cluster.client import Client

SERVICES = "/api/v1/services"
CARDS = "/api/v1/namespaces/cards/services"


def test_it_throttles_in_text_and_then_answers(client: Client, cluster: Cluster) -> None:
    cluster.faults.throttle(2, after=3)
    first, second, third = (client.get(SERVICES) for _ in range(3))
    assert (first.status, first.headers["Retry-After"]) == (429, "3")
    assert first.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert first.text == "Too many requests, please try again later.\n"
    assert (second.status, third.status) == (429, 200)


def test_it_throttles_in_json_and_one_resource_alone(client: Client, cluster: Cluster) -> None:
    cluster.faults.throttle(resource="services", is_json=True)
    assert client.get("/api/v1/namespaces").status == 200
    refused = client.get(SERVICES)
    assert (refused.status, refused.json["reason"]) == (429, "TooManyRequests")


def test_it_forbids_a_namespace_in_the_middle_of_its_list(client: Client, cluster: Cluster) -> None:
    cluster.faults.forbid("cards", after=1)
    first = client.get(f"{CARDS}?limit=2")
    assert first.names == ["authorisation", "controls"]
    refused = client.get(f"{CARDS}?limit=2&continue={first.json['metadata']['continue']}")
    assert refused.status == 403
    assert refused.json["message"].endswith('in the namespace "cards"')
    assert client.get("/api/v1/namespaces/personal/services").status == 200
    assert client.get(SERVICES).status == 200
    cluster.faults.permit("cards")
    assert client.get(CARDS).status == 200


def test_it_says_when_asked_that_something_is_forbidden(client: Client, cluster: Cluster) -> None:
    def allowed() -> bool:
        wanted = {"verb": "list", "resource": "services"}
        body = {"spec": {"resourceAttributes": wanted}}
        return client.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body).json["status"]["allowed"]

    assert allowed()
    cluster.faults.forbid("", "services")
    assert not allowed()
    assert client.get(SERVICES).status == 403
    assert client.get(CARDS).status == 200


def test_it_breaks_off_in_the_middle_of_a_page(client: Client, cluster: Cluster) -> None:
    cluster.faults.cut_replies(after_bytes=100)
    with pytest.raises(urllib3.exceptions.ProtocolError):
        client.get(SERVICES)
    assert client.get(SERVICES).status == 200


def test_it_answers_slowly(client: Client, cluster: Cluster) -> None:
    cluster.faults.delay_seconds = 0.2
    started = time.monotonic()
    assert client.get(SERVICES).status == 200
    assert time.monotonic() - started >= 0.2
    cluster.faults.clear()
    assert cluster.faults.delay_seconds == 0


def test_it_says_what_a_test_has_prepared_and_then_goes_on(client: Client, cluster: Cluster) -> None:
    cluster.faults.reply_with(SERVICES, Reply(302, b"elsewhere", "text/html", {"Location": "https://127.0.0.1:1/"}), 2)
    answers = [client.get(SERVICES) for _ in range(3)]
    assert [answer.status for answer in answers] == [302, 302, 200]
    assert answers[0].headers["Location"] == "https://127.0.0.1:1/"
    cluster.faults.reply_with(SERVICES, Reply(200, b"half", headers={"Content-Length": "400"}))
    with pytest.raises(urllib3.exceptions.ProtocolError):
        client.get(SERVICES)
    assert client.get(SERVICES).status == 200
