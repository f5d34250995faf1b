"""What is counted, at a real Envoy and from recorded text."""

import time

from gateway.envoy.usage import USAGE_PATH, Counts, LatencyKey, RequestKey, counts
from gateway.values import LATENCY_BOUNDS, Limits
from tests.gateway.envoy.made import client, configuration, public_id, route
from tests.gateway.envoy.running import RunningGateway
from tests.gateway.envoy.upstream import RecordingUpstream, Reply

KEY, OTHER = "key-one", "key-two"
SUBSCRIPTION = public_id("sub", "orders")


def _usage(gateway: RunningGateway, latencies: int) -> Counts:
    """What is counted once so many latencies are there: Envoy puts histograms together from time to time."""
    deadline = time.monotonic() + 20
    while True:
        found = counts(gateway.administration(USAGE_PATH).splitlines())
        if sum(sum(times) for times in found.latencies.values()) >= latencies or time.monotonic() > deadline:
            return found
        time.sleep(0.02)


def test_it_counts_by_route_client_and_status(gateway: RunningGateway, upstream: RecordingUpstream) -> None:
    gateway.serve(
        [
            configuration(
                route("counted", port=upstream.port, clients=(client(KEY), client(OTHER))),
                route("open", port=upstream.port, path="/counted/open", anonymous=Limits()),
            )
        ]
    )
    upstream.answer = lambda arrived: Reply(status=404 if arrived.path.endswith("none") else 200)

    for path, key in [
        ("/counted", KEY),
        ("/counted", KEY),
        ("/counted/none", KEY),
        ("/counted", OTHER),
        ("/counted", "unknown"),
        ("/counted", None),
        ("/counted/open", None),
        ("/elsewhere", KEY),
    ]:
        gateway.call(path, key=key, X_Portico_Client=f"{'-' * 24}{public_id('sub', 'spoofed')}{public_id('key', 'x')}")
    found = _usage(gateway, 7)

    counted, opened = public_id("rte", "counted"), public_id("rte", "open")
    assert found.requests == {
        RequestKey(counted, SUBSCRIPTION, client(KEY).credential, 200): 2,
        RequestKey(counted, SUBSCRIPTION, client(KEY).credential, 404): 1,
        RequestKey(counted, SUBSCRIPTION, client(OTHER).credential, 200): 1,
        RequestKey(counted, "", "", 401): 2,
        RequestKey(opened, "", "", 200): 1,
    }
    assert {key: sum(times) for key, times in found.latencies.items()} == {
        LatencyKey(counted, SUBSCRIPTION): 4,
        LatencyKey(counted, ""): 2,
        LatencyKey(opened, ""): 1,
    }
    assert {len(times) for times in found.latencies.values()} == {len(LATENCY_BOUNDS) + 1}


def test_it_counts_nothing_under_a_name_that_a_caller_chose(gateway: RunningGateway) -> None:
    refused_early = (
        b"GET /orders%2fx HTTP/1.1\r\nHost: gateway\r\nX-Portico-Client: chosen-1\r\n\r\n",
        b"GET /orders HTTP/1.1\r\nX-Portico-Client: chosen-2\r\n\r\n",
        b"GET /nowhere HTTP/1.1\r\nHost: gateway\r\nX-Portico-Client: chosen-3\r\n\r\n",
    )

    assert [gateway.send(request).status for request in refused_early] == [400, 400, 401]

    # Counters are there at once. Each stays for as long as Envoy runs, so callers must not be able to make any.
    assert "chosen" not in gateway.administration("/stats/prometheus")


def test_it_adds_up_what_a_change_of_plan_took_apart() -> None:
    who = f"{SUBSCRIPTION}{client(KEY).credential}"
    place = 'envoy_portico_requests{route="rte_ordersaaaaaaaaaa",client='
    lines = [f'{place}"{"-" * 24}{who}",status="200"}} 3', f'{place}"{"0" * 24}{who}",status="200"}} 4']

    assert list(counts(lines).requests.values()) == [7]


def test_it_takes_the_buckets_apart() -> None:
    bounds = [*(str(bound) for bound in LATENCY_BOUNDS), "+Inf"]
    lines = [
        f'envoy_portico_latency_bucket{{route="rte_a",client="",le="{bound}"}} {min(count * 2, 20)}'
        for count, bound in enumerate(bounds)
    ]

    assert counts(lines).latencies == {LatencyKey("rte_a", ""): (0, *[2] * 10, 0, 0, 0, 0, 0)}


def test_it_passes_over_what_is_not_ours() -> None:
    lines = [
        "# TYPE envoy_portico_requests counter",
        "",
        'envoy_portico_requests{route="",client="",status="401"} 9',
        'envoy_portico_requests{route="rte_a",client="",status="-"} 9',
        'envoy_portico_latency_sum{route="rte_a",client=""} 9',
        'envoy_portico_latency_bucket{route="rte_a",client="",le="7"} 9',
        'envoy_cluster_requests{route="rte_a"} 9',
    ]

    assert counts(lines) == Counts()
