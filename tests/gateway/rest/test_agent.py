"""The three doors of the agents."""

import gzip
from typing import Any

import msgspec
import pytest
from django.db import connection
from django.test import Client

from gateway.models import Gateway, InForce, Receipt, Subject
from gateway.values import Changes, Report, Requests, Usage
from gateway.values import Receipt as Told
from marketplace import generations
from tests.factories.gateway import make_credential, make_gateway, make_route, make_subscription, make_version
from tests.personas import NAMES, Cast

pytestmark = pytest.mark.django_db

CHANGES, REPORT, USAGE = (f"/api/v1/gateway-agent/{name}" for name in ("changes", "report", "usage"))


def agent(secret: str) -> Client:
    return Client(headers={"authorization": f"Bearer {secret}"})


def send(client: Client, url: str, value: Any) -> Any:
    return client.post(url, msgspec.json.encode(value), content_type="application/json")


def test_it_tells_an_agent_what_is_new() -> None:
    _, secret = make_gateway("edge")
    make_route(make_version("payments"))

    answer = agent(secret).get(f"{CHANGES}?since=0")

    assert answer.status_code == 200
    changes = msgspec.json.decode(answer.content, type=Changes)
    assert changes.gateway == "edge"
    assert [one.api for one in changes.apis] == ["payments"]


def test_it_compresses_when_asked() -> None:
    _, secret = make_gateway()
    version = make_version()
    make_route(version)
    subscription = make_subscription(version)
    for _ in range(20):
        make_credential(subscription)

    plain = agent(secret).get(CHANGES)
    packed = agent(secret).get(CHANGES, headers={"accept-encoding": "gzip"})

    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert msgspec.json.decode(gzip.decompress(packed.content)) == msgspec.json.decode(plain.content)


def test_it_has_nothing_to_say_when_nothing_is_new() -> None:
    _, secret = make_gateway()

    answer = agent(secret).get(f"{CHANGES}?since={generations.current()}")

    assert answer.status_code == 204


@pytest.mark.parametrize("query", ["since=-1", "since=x", "since=1&wait=a", "since=99999999999999999999", "other=1"])
def test_it_refuses_questions_that_are_none(query: str) -> None:
    _, secret = make_gateway()

    answer = agent(secret).get(f"{CHANGES}?{query}")

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("name", NAMES)
def test_it_opens_to_nobody_but_agents(name: str, cast: Cast) -> None:
    client = cast.client(name)

    answers = [client.get(CHANGES), send(client, REPORT, {}), send(client, USAGE, {})]

    assert {answer.status_code for answer in answers} == {401}
    assert {answer["Content-Type"] for answer in answers} == {"application/problem+json"}


def test_it_opens_nothing_else_to_an_agent() -> None:
    _, secret = make_gateway()

    assert agent(secret).get("/api/v1/apis").status_code == 401
    assert agent(secret).get("/api/v1/me").status_code == 401


def test_it_does_not_know_a_token_that_was_replaced() -> None:
    gateway, secret = make_gateway()
    gateway.token_digest = "0" * 64
    gateway.save()

    assert agent(secret).get(CHANGES).status_code == 401


def test_it_takes_reports() -> None:
    gateway, secret = make_gateway()
    version = make_version()
    route = make_route(version)
    told = Told(api=version.api.slug, generation=generations.current(), at=1.0)

    answer = send(agent(secret), REPORT, Report(agent_version="1", is_serving=True, receipts=(told,)))

    assert answer.status_code == 204
    assert Gateway.objects.get(pk=gateway.pk).heard_at is not None
    assert Receipt.objects.get(gateway=gateway).generation == told.generation
    assert InForce.objects.get(gateway=gateway, subject=Subject.ROUTE).object_id == route.pk


@pytest.mark.parametrize("url", [REPORT, USAGE])
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"agent_version": 1}', b"\xff", b"[" * 100_000])
def test_it_refuses_bodies_that_no_agent_sends(url: str, body: bytes) -> None:
    _, secret = make_gateway()

    answer = agent(secret).post(url, body, content_type="application/json")

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_it_takes_usage_once() -> None:
    _, secret = make_gateway()
    version = make_version()
    route = make_route(version)
    line = Requests(minute=_this_minute(), route=route.public_id, subscription="", credential="", status=200, count=3)

    for _ in range(2):
        assert send(agent(secret), USAGE, Usage(batch="one", requests=(line,))).status_code == 204

    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(requests) FROM gateway_usage")
        assert cursor.fetchone()[0] == 3


def _this_minute() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT floor(extract(epoch FROM now()) / 60)::bigint * 60")
        return cursor.fetchone()[0]
