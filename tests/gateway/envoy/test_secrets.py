"""A key is nowhere: not in what Envoy writes or shows, not at the upstream, not in an answer."""

import time

from gateway.values import Limits
from tests.gateway.envoy.made import client, configuration, digest, route
from tests.gateway.envoy.running import RunningGateway
from tests.gateway.envoy.upstream import RecordingUpstream

KEY = "planted_5cDQ1x0vJm3Zt8LwKrYbN2aEhUgS"


def _present(gateway: RunningGateway, path: str) -> list[str]:
    """Everything that was answered to the key in all the ways in which somebody may send it."""
    forms = [
        gateway.call(path, key=KEY),
        gateway.call(path, Authorization=f"Bearer {KEY}"),
        gateway.call(path, Authorization=f"Basic {KEY}"),
        gateway.call(path, Authorization=KEY),
        gateway.call(f"{path}?key={KEY}"),
        gateway.call(f"{path}?other={KEY}"),
        gateway.call(path, key=f"{KEY} "),
        gateway.call(path, key=f"{KEY}\t{KEY}"),
        gateway.call(path, key=KEY * 20),
        gateway.call(f"{path}?key={KEY * 20}"),
        gateway.call(path, method="POST", key=KEY, body=b"x" * 2_000),
    ]
    raw = [
        f"GET {path}?key={KEY}%2f%00 HTTP/1.1\r\nHost: a\r\nX_API_Key: {KEY}\r\nConnection: close\r\n\r\n",
        f"GET {path} HTTP/1.1\r\nHost: a\r\nX-API-Key : {KEY}\r\nConnection: close\r\n\r\n",
        f"GET {path} HTTP/9.1\r\nX-API-Key: {KEY}\r\n\r\n",
        f"{KEY}\r\n\r\n",
    ]
    return [answer.text for answer in forms] + [gateway.send(one.encode()).text for one in raw]


def test_a_key_is_nowhere_but_at_its_sender(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    gateway.serve(
        [
            configuration(
                route(port=upstream.port, clients=(client(KEY),), key_parameter="key", body_bytes=1_000),
                route("header", port=upstream.port, path="/orders/header", clients=(client(KEY),)),
                # Nothing listens there, so that it fails whatever is in its query, and failures are logged.
                route("failing", port=1, path="/orders/failing", clients=(client(KEY),), anonymous=Limits()),
            )
        ]
    )

    answers = [text for path in ("/orders", "/orders/header", "/orders/failing") for text in _present(gateway, path)]

    # Failures are written in their order, so that all are there once this one is.
    gateway.call("/orders/failing", method="DELETE", key=KEY)
    deadline = time.monotonic() + 20
    while '"method":"DELETE"' not in gateway.log and time.monotonic() < deadline:
        time.sleep(0.02)

    assert len(upstream.arrived) >= 4
    assert gateway.log.count('"route":"rte_failingaaaaaaaaa"') >= 4
    shown = [gateway.administration(path) for path in ("/stats", "/stats/prometheus", "/config_dump", "/clusters")]
    places = {
        "log": gateway.log,
        "answers": "\n".join(answers),
        "upstream": "\n".join(arrived.text for arrived in upstream.arrived),
        "administration": "\n".join(shown),
    }
    assert [place for place, text in places.items() if KEY in text] == []
    assert [place for place, text in places.items() if digest(KEY) in text] == []


def test_envoy_does_not_fill_its_log_when_keys_change(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    before = len(gateway.log)

    gateway.serve([configuration(route(port=upstream.port, clients=tuple(client(f"k{i}") for i in range(1_000))))])

    assert gateway.call("/orders", key="k999").status == 200
    assert len(gateway.log) == before
