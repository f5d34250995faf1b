"""Two gateways as they run, one of which goes away: what each does, and what REST and pages say of it."""

import hashlib
import http.client
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Scope
from gateway.feed.waiting import wakeups
from gateway.usecases.add_gateway import add_gateway
from tests.factories.accounts import actor_of, make_token
from tests.factories.gateway import make_environment, make_route, make_subscription, make_version
from tests.gateway.envoy.upstream import RecordingUpstream
from tests.journeys.standing import free_port, gateway
from tests.personas import Cast
from tests.workers import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def upstream() -> Iterator[RecordingUpstream]:
    upstream = RecordingUpstream()
    yield upstream
    upstream.stop()


@pytest.fixture(autouse=True)
def _no_listener_stays() -> Iterator[None]:
    yield
    wakeups.stop()


class Rest:
    """The REST API, as the administrator's token may use it."""

    def __init__(self, cast: Cast) -> None:
        _, secret = make_token(user=cast.administrator, scopes=(Scope.MARKETPLACE,))
        self._client = Client(headers={"authorization": f"Bearer {secret}"})

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        answer = self._client.post(f"/api/v1/{path}", body, content_type="application/json")
        assert answer.status_code < 300, answer.content
        return answer.json()

    def in_force(self, key: str) -> tuple[int, int, dict[str, str]]:
        """On how many gateways of how many, and the word of each."""
        told = self._client.get(f"/api/v1/credentials/{key}").json()["in_force"]
        return told["count_in_force"], told["count"], {one["gateway"]: one["state"] for one in told["gateways"]}


def status(port: int, key: str) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request("GET", "/payments", headers={"X-API-Key": key})
    found = line.getresponse().status
    line.close()
    return found


def files_with(text: str, folder: Path) -> list[str]:
    """What in the folder of a gateway has the text: its log, what it keeps, what Envoy starts with."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    assert {"log", "bootstrap.json"} <= {path.name for path in found}
    return [path.name for path in found if text.encode() in path.read_bytes()]


def test_a_key_is_in_force_on_one_of_two_while_the_other_is_away(
    live_server: Any, settings: Any, cast: Cast, upstream: RecordingUpstream
) -> None:
    settings.PORTICO_URL = live_server.url
    version = make_version("payments", owner=cast.team.slug)
    make_route(version, make_environment("production"), "/payments", upstream=f"http://127.0.0.1:{upstream.port}")
    subscription = make_subscription(version)
    ports = {name: free_port() for name in ("north", "south")}
    closed = [*ports.values(), urlsplit(live_server.url).port]
    tokens = {
        name: add_gateway(
            actor=actor_of(cast.administrator),
            slug=name,
            metadata={"url": f"http://127.0.0.1:{port}", "networks": ["127.0.0.0/8"], "closed_ports": closed},
            now=timezone.now(),
        )[1]
        for name, port in ports.items()
    }
    rest = Rest(cast)

    with gateway(live_server.url, tokens["north"], ports["north"]):
        with gateway(live_server.url, tokens["south"], ports["south"]) as folder:
            made = rest.post(f"subscriptions/{subscription.public_id}/credentials", kind="api_key")
            wait_until(lambda: rest.in_force(made["id"])[:2] == (2, 2))
            wait_until(lambda: {status(port, made["key"]) for port in ports.values()} == {200})
            # The digest is what the gateway knows the key by; the key itself is nowhere.
            assert files_with(hashlib.sha256(made["key"].encode()).hexdigest(), folder) == ["payments.json"]
            assert files_with(made["key"], folder) == []
            assert [one.text for one in upstream.arrived if made["key"] in one.text] == []
        # South is away, and was last heard of to have the key.
        rest.post(f"credentials/{made['id']}/revoke")

        wait_until(lambda: rest.in_force(made["id"])[0] == 1)
        assert rest.in_force(made["id"]) == (1, 2, {"north": "in_force", "south": "waiting"})
        page = cast.client("administrator").get("/access/keys/").content.decode()
        assert "Refused on 1 of 2 gateways" in page
        assert status(ports["north"], made["key"]) == 401

        with gateway(live_server.url, tokens["south"], ports["south"]):
            wait_until(lambda: rest.in_force(made["id"])[:2] == (2, 2))
            assert status(ports["south"], made["key"]) == 401
