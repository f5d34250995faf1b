"""Which processes `make run` starts."""

import socket
from pathlib import Path

import pytest

from demo import bank_clusters
from demo.callers import keys
from demo.upstreams import bank as upstreams
from portal.runtime import demo, gateway
from portal.runtime.run import _commands

GATEWAY = "http://127.0.0.1:8080"


def test_runs_of_sources_have_a_worker_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTICO_DISCOVERY_WORKERS", "3")
    commands = _commands("127.0.0.1", 8000)

    assert list(commands) == ["web", "worker", "discovery", "beat", "control", "watch"]
    for name, queue, processes in (("worker", "portico", "1"), ("discovery", "discovery", "3")):
        command = commands[name]
        assert command[command.index("--queues") + 1] == queue
        assert command[command.index("--concurrency") + 1] == processes


def test_the_worker_of_runs_can_be_left_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTICO_DISCOVERY_WORKERS", "0")
    assert list(_commands("127.0.0.1", 8000)) == ["web", "worker", "beat", "control", "watch"]


def test_agents_of_gateways_have_a_process_of_their_own_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    command = _commands("0.0.0.0", 8000)["control"]
    assert command[command.index("--host") + 1] == "127.0.0.1"
    assert command[command.index("--port") + 1] == "18000"

    monkeypatch.setenv("PORTICO_CONTROL_PORT", "0")
    assert "control" not in _commands("0.0.0.0", 8000)


@pytest.mark.parametrize(("setting", "names"), [("0", []), ("1", ["watch"]), ("2", ["watch", "watch-2"])])
def test_as_many_watchers_as_wanted(monkeypatch: pytest.MonkeyPatch, setting: str, names: list[str]) -> None:
    monkeypatch.setenv("PORTICO_WATCHERS", setting)
    commands = _commands("127.0.0.1", 8000)
    assert [name for name in commands if name.startswith("watch")] == names
    assert all(commands[name][-2].endswith("manage.py") for name in names)


def test_no_cluster_is_served_where_the_demo_was_not_loaded(tmp_path: Path) -> None:
    assert demo.commands(tmp_path, "") == {}


def test_both_clusters_of_the_demo_are_served_unless_it_is_not_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in bank_clusters.CLUSTERS:
        bank_clusters.ensure_kubeconfig(tmp_path, name)
    monkeypatch.setenv("PORTICO_DEMO", "1")
    commands = demo.commands(tmp_path, "")
    assert list(commands) == ["prod-eu-1", "stage-eu-1"]
    ports = {command[command.index("--port") + 1] for command in commands.values()}
    assert ports == {str(cluster.port(tmp_path)) for cluster in bank_clusters.CLUSTERS.values()}
    assert demo.commands(tmp_path, "") == commands
    monkeypatch.setenv("PORTICO_DEMO", "0")
    assert demo.commands(tmp_path, "") == {}


def test_a_cluster_whose_port_is_taken_is_left_out_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in bank_clusters.CLUSTERS:
        bank_clusters.ensure_kubeconfig(tmp_path, name)
    port = bank_clusters.PRODUCTION.port(tmp_path)
    with socket.create_server(("127.0.0.1", port)):
        assert list(demo.commands(tmp_path, "")) == ["stage-eu-1"]
    assert f"The demo's cluster prod-eu-1 is not served: its port {port}" in capsys.readouterr().err


def test_a_data_folder_whose_name_is_too_long_for_a_socket_is_served_without_commands(tmp_path: Path) -> None:
    home = tmp_path / ("long-" * 20)
    for name in bank_clusters.CLUSTERS:
        bank_clusters.ensure_kubeconfig(home, name)
    assert not any("--control" in command for command in demo.commands(home, "").values())


def test_what_stands_behind_the_demo_s_apis_is_served_once_routes_lead_there(tmp_path: Path) -> None:
    assert demo.commands(tmp_path, GATEWAY) == {}

    url = upstreams.upstream_url(tmp_path, "kyc", "3.2.0")

    assert url == f"http://127.0.0.1:{upstreams.upstream_port(tmp_path)}/kyc/3.2.0"
    assert list(demo.commands(tmp_path, GATEWAY)) == ["upstreams"]
    with socket.create_server(("127.0.0.1", upstreams.upstream_port(tmp_path))):
        assert demo.commands(tmp_path, GATEWAY) == {}


def test_the_demo_s_callers_call_where_there_is_a_gateway_and_they_have_keys(tmp_path: Path) -> None:
    upstreams.upstream_port(tmp_path)
    keys.write(tmp_path, {"a": "secret"})

    commands = demo.commands(tmp_path, GATEWAY)

    assert list(commands) == ["upstreams", "callers"]
    assert GATEWAY in commands["callers"]
    assert "secret" not in str(commands)
    assert list(demo.commands(tmp_path, "")) == ["upstreams"]


def test_the_gateway_listens_where_the_site_does(monkeypatch: pytest.MonkeyPatch) -> None:
    assert gateway.place() == gateway.Place("127.0.0.1", 8080, "http://127.0.0.1:8080")

    monkeypatch.setenv("PORTICO_BIND", "0.0.0.0")
    monkeypatch.setenv("PORTICO_URL", "http://portal.example:8000")
    monkeypatch.setenv("PORTICO_GATEWAY_PORT", "9080")
    assert gateway.place() == gateway.Place("0.0.0.0", 9080, "http://portal.example:9080")

    monkeypatch.setenv("PORTICO_GATEWAY", "off")
    assert gateway.place() is None


def test_a_gateway_that_cannot_listen_is_left_out_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setenv("PORTICO_GATEWAY_PORT", str(port))
        assert gateway.startable(tmp_path) is None
    assert f"The gateway is not started: its port {port} is taken. Set PORTICO_GATEWAY_PORT" in capsys.readouterr().err
    assert gateway.startable(tmp_path) is not None
    assert gateway.startable(tmp_path / ("long-" * 20)) is None
    assert "too long for sockets" in capsys.readouterr().err


def test_no_upstream_is_at_a_port_of_portico_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    place = gateway.Place("127.0.0.1", 8080, GATEWAY)

    assert gateway.closed_ports(place, "postgres://a:b@/c?host=/run", [20_001]) == [8000, 8080, 18_000, 20_001]
    assert 5432 in gateway.closed_ports(place, "postgres://a:b@127.0.0.1/c", [])
    monkeypatch.setenv("PORTICO_CONTROL_PORT", "0")
    assert gateway.closed_ports(place, "postgres://a:b@db:6432/c", []) == [6432, 8000, 8080]


def test_the_agent_asks_the_process_for_agents_with_a_token_that_only_the_owner_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = gateway.Place("0.0.0.0", 9080, "http://portal.example:9080")

    told = gateway.environment(tmp_path, place, "0.0.0.0", 8000)

    assert told["PORTICO_GATEWAY_URL"] == "http://127.0.0.1:18000"
    assert told["PORTICO_GATEWAY_TOKEN_FILE"] == str(tmp_path / "gateway" / "token")
    assert (told["PORTICO_GATEWAY_BIND"], told["PORTICO_GATEWAY_PORT"]) == ("0.0.0.0", "9080")
    monkeypatch.setenv("PORTICO_CONTROL_PORT", "0")
    assert gateway.environment(tmp_path, place, "0.0.0.0", 8000)["PORTICO_GATEWAY_URL"] == "http://127.0.0.1:8000"
