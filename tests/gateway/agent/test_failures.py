"""What happens when one of the three is gone, or says what it cannot mean."""

import time

import msgspec

from gateway.values import APIConfiguration, Changes, Policy, Upstream
from tests.gateway.agent.beside import Gateway
from tests.gateway.agent.portal import TOKEN, StandInPortal, eventually
from tests.gateway.envoy.made import client, configuration, public_id, route
from tests.gateway.envoy.upstream import RecordingUpstream


def _broken(port: int, api: str, *keys: str) -> APIConfiguration:
    """An API that the compiler puts into Envoy's terms, and Envoy refuses: a certificate authority that is none."""
    upstream = Upstream(url=f"https://127.0.0.1:{port}/v1", ca="no certificate")
    return configuration(route(api, upstream=upstream, clients=tuple(map(client, keys))), api=api)


def _good(port: int, api: str, *keys: str) -> APIConfiguration:
    return configuration(route(api, port=port, clients=tuple(map(client, keys))), api=api)


def test_it_goes_on_while_the_portal_is_away_and_catches_up_when_it_is_back(
    portal: StandInPortal, upstream: RecordingUpstream, running: Gateway
) -> None:
    assert portal.is_accepted("orders", portal.say(_good(upstream.port, "orders", "first", "second")))
    portal.stop()
    assert running.status("/orders/1", "first") == 200

    generation = portal.say(_good(upstream.port, "orders", "second"))
    portal.start()

    assert portal.is_accepted("orders", generation)
    assert running.status("/orders/1", "first") == 401


def test_an_envoy_that_is_killed_comes_back_from_disk_while_the_portal_is_away(
    portal: StandInPortal, upstream: RecordingUpstream, running: Gateway
) -> None:
    assert portal.is_accepted("orders", portal.say(_good(upstream.port, "orders", "key")))
    portal.stop()
    running.kill_envoy()
    running.kill_agent()

    running.start()

    running.comes_to(200, "/orders/1", "key")
    assert running.status("/orders/1", "other") == 401


def test_envoy_serves_on_without_the_agent_and_hears_of_changes_when_it_is_back(
    portal: StandInPortal, upstream: RecordingUpstream, running: Gateway
) -> None:
    assert portal.is_accepted("orders", portal.say(_good(upstream.port, "orders", "first", "second")))
    running.kill_agent()
    assert running.status("/orders/1", "first") == 200

    generation = portal.say(_good(upstream.port, "orders", "second"))
    running.start_agent()

    assert portal.is_accepted("orders", generation)
    assert running.status("/orders/1", "first") == 401


def test_an_agent_that_comes_back_sends_an_envoy_nothing_that_it_has(
    portal: StandInPortal, upstream: RecordingUpstream, running: Gateway
) -> None:
    generation = portal.say(_good(upstream.port, "orders", "key"))
    assert portal.is_accepted("orders", generation)
    before = running.number("cluster_manager.cds.update_success")
    running.kill_agent()
    portal.reports.clear()

    running.start_agent()

    assert portal.is_accepted("orders", generation)
    eventually(lambda: running.number("control_plane.connected_state") == 1)
    assert running.number("cluster_manager.cluster_updated") == 0
    assert running.number("cluster_manager.cluster_removed") == 0
    assert running.number("cluster_manager.cds.update_success") <= before + 1


def test_what_an_api_is_refused_for_stops_neither_the_others_nor_what_it_was(
    portal: StandInPortal, upstream: RecordingUpstream, running: Gateway
) -> None:
    portal.say(_good(upstream.port, "orders", "first", "second"), _good(upstream.port, "stock", "first"))
    running.comes_to(200, "/orders/1", "first")

    generation = portal.say(
        _broken(upstream.port, "orders", "second"),
        _good(upstream.port, "stock", "second"),
        _good(upstream.port, "bills", "second"),
    )

    assert "certificate" in portal.receipt("orders", generation).refusal.lower()
    assert portal.is_accepted("stock", generation)
    assert portal.is_accepted("bills", generation)
    assert running.status("/orders/1", "second") == 200
    assert running.status("/stock/1", "second") == 200
    assert running.status("/stock/1", "first") == 401
    # What was taken away is taken away, whatever else is wrong.
    running.comes_to(401, "/orders/1", "first")


def test_an_api_that_was_refused_is_as_it_was_before_when_everything_starts_anew(
    portal: StandInPortal, upstream: RecordingUpstream, running: Gateway
) -> None:
    assert portal.is_accepted("orders", portal.say(_good(upstream.port, "orders", "first", "second")))
    refused = portal.say(_broken(upstream.port, "orders", "second"), _good(upstream.port, "stock", "key"))
    assert portal.receipt("orders", refused).refusal
    portal.stop()
    running.kill_agent()
    running.kill_envoy()

    running.start()

    running.comes_to(200, "/orders/1", "second")
    running.comes_to(200, "/stock/1", "key")
    assert running.status("/orders/1", "first") == 401


def test_one_api_among_many_that_envoy_refuses_is_the_only_one_from_the_start(
    portal: StandInPortal, upstream: RecordingUpstream, gateway: Gateway
) -> None:
    many = [_good(upstream.port, f"api{number}", "key") for number in range(200)]
    generation = portal.say(_broken(upstream.port, "orders", "key"), *many)

    gateway.start()

    assert portal.receipt("orders", generation).refusal
    assert all(portal.is_accepted(api.api, generation) for api in many)
    assert gateway.status("/api7/1", "key") == 200
    assert gateway.status("/orders/1", "key") == 401


def test_an_answer_that_cannot_be_meant_changes_nothing(
    portal: StandInPortal, upstream: RecordingUpstream, running: Gateway
) -> None:
    assert portal.is_accepted("orders", portal.say(_good(upstream.port, "orders", "key")))
    nonsense = [
        b"{",
        b'{"gateway": "x", "generation": 9, "is_whole": true, "apis": [{"api": "../../etc", "generation": 9}]}',
        b'{"gateway": "x", "generation": "many", "is_whole": true}',
        msgspec.json.encode(Changes(gateway="x", generation=9, is_whole=True, policy=Policy(networks=("no network",)))),
        msgspec.json.encode(Changes(gateway="x", generation=0, is_whole=False)),
    ]
    for body in nonsense:
        portal.instead["changes"] = (200, body)
        asked = len(portal.asked_since)
        with portal.changed:
            portal.changed.notify_all()
        portal.say()
        eventually(lambda: "left aside" in running.log or "not one" in running.log)
        assert running.status("/orders/1", "key") == 200
        assert asked >= 1

    portal.instead.clear()
    generation = portal.say(_good(upstream.port, "orders", "other"))

    assert portal.is_accepted("orders", generation)
    assert running.status("/orders/1", "key") == 401


def test_a_token_that_is_not_accepted_is_said_once_and_plainly(portal: StandInPortal, gateway: Gateway) -> None:
    process = gateway.manage("gateway_agent", PORTICO_GATEWAY_TOKEN="another-token")
    try:
        eventually(lambda: "does not accept the token (401): This token is not known." in gateway.log)
    finally:
        process.terminate()
        process.wait()

    assert gateway.log.count("does not accept") == 1
    assert "another-token" not in gateway.log
    assert TOKEN not in gateway.log


def test_files_that_were_damaged_are_left_out_and_fetched_anew(
    portal: StandInPortal, upstream: RecordingUpstream, running: Gateway
) -> None:
    portal.say(_good(upstream.port, "orders", "key"), _good(upstream.port, "stock", "key"))
    running.comes_to(200, "/stock/1", "key")
    running.comes_to(200, "/orders/1", "key")
    portal.stop()
    running.kill_agent()
    running.kill_envoy()
    file = running.home / "snapshot/latest/orders.json"
    file.write_bytes(file.read_bytes().replace(b"orders", b"0rders"))

    running.start()
    running.comes_to(200, "/stock/1", "key")
    assert running.status("/orders/1", "key") == 401
    assert "orders.json is damaged" in running.log
    portal.start()

    running.comes_to(200, "/orders/1", "key")
    assert portal.asked_since[-1] == 0 or 0 in portal.asked_since[1:]


def test_a_damaged_file_takes_nothing_from_an_envoy_that_runs(
    portal: StandInPortal, upstream: RecordingUpstream, running: Gateway
) -> None:
    portal.say(_good(upstream.port, "orders", "key"), _good(upstream.port, "stock", "key"))
    running.comes_to(200, "/stock/1", "key")
    running.comes_to(200, "/orders/1", "key")
    portal.stop()
    running.kill_agent()
    (running.home / "snapshot/latest/orders.json").write_bytes(b"")

    running.start_agent()
    eventually(lambda: running.number("control_plane.connected_state") == 1 and "is damaged" in running.log)

    assert running.status("/orders/1", "key") == 200


def test_upstreams_that_are_not_to_be_called_are_not(
    portal: StandInPortal, upstream: RecordingUpstream, running: Gateway
) -> None:
    hosts = {
        "metadata": "http://169.254.169.254/latest",
        "private": "http://10.1.2.3/",
        "disguised": "http://[::ffff:169.254.169.254]/",
        "portal": f"{portal.url}/",
        "gateway": f"http://localhost:{running.port}/",
        "unknown": "http://no-such-host.invalid/",
    }
    routes = [route(name, url=url, clients=(client("key"),)) for name, url in hosts.items()]
    port = int(portal.url.rpartition(":")[2])
    policy = Policy(networks=("127.0.0.0/8",), closed_ports=(port,))

    generation = portal.say(configuration(*routes, api="bad"), _good(upstream.port, "orders", "key"), policy=policy)

    assert portal.is_accepted("bad", generation)
    problems = eventually(lambda: portal.problems() if len(portal.problems()) == len(hosts) else None)
    said = {name: problems[public_id("rte", name)] for name in hosts}
    assert "never called" in said["metadata"]
    assert "never called" in said["disguised"]
    assert "list the network" in said["private"]
    assert f"Port {port}" in said["portal"]
    assert f"Port {running.port}" in said["gateway"]
    assert "cannot be resolved" in said["unknown"]
    assert {running.status(f"/{name}/1", "key") for name in hosts} <= {401, 503}
    assert running.status("/orders/1", "key") == 200


def test_loopback_is_called_only_where_it_is_listed(
    portal: StandInPortal, upstream: RecordingUpstream, running: Gateway
) -> None:
    portal.say(_good(upstream.port, "orders", "key"), policy=Policy())
    eventually(lambda: "list the network" in portal.problems().get(public_id("rte", "orders"), ""))
    running.comes_to(503, "/orders/1", "key")
    assert not upstream.arrived

    portal.say(policy=Policy(networks=("127.0.0.1",)))
    running.comes_to(200, "/orders/1", "key")
    portal.say(policy=Policy(networks=("10.0.0.0/8",)))

    running.comes_to(503, "/orders/1", "key")


def test_reports_that_were_not_taken_are_told_later(
    portal: StandInPortal, upstream: RecordingUpstream, running: Gateway
) -> None:
    portal.instead["report"] = (503, b"")
    generation = portal.say(_good(upstream.port, "orders", "key"))
    running.comes_to(200, "/orders/1", "key")
    eventually(lambda: any(report.generation == generation for report in portal.reports))
    portal.reports.clear()
    portal.instead.clear()

    accepted = portal.receipt("orders", generation)

    assert accepted.refusal == ""
    assert accepted.at <= time.time()
