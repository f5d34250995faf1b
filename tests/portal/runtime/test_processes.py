"""Which processes `make run` starts."""

import socket
from pathlib import Path

import pytest

from demo import bank_clusters
from portal.runtime.run import _commands, _demo_commands


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
    assert _demo_commands(tmp_path) == {}


def test_both_clusters_of_the_demo_are_served_unless_it_is_not_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in bank_clusters.CLUSTERS:
        bank_clusters.ensure_kubeconfig(tmp_path, name)
    monkeypatch.setenv("PORTICO_DEMO", "1")
    commands = _demo_commands(tmp_path)
    assert list(commands) == ["prod-eu-1", "stage-eu-1"]
    ports = {command[command.index("--port") + 1] for command in commands.values()}
    assert ports == {str(cluster.port(tmp_path)) for cluster in bank_clusters.CLUSTERS.values()}
    assert _demo_commands(tmp_path) == commands
    monkeypatch.setenv("PORTICO_DEMO", "0")
    assert _demo_commands(tmp_path) == {}


def test_a_cluster_whose_port_is_taken_is_left_out_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in bank_clusters.CLUSTERS:
        bank_clusters.ensure_kubeconfig(tmp_path, name)
    port = bank_clusters.PRODUCTION.port(tmp_path)
    with socket.create_server(("127.0.0.1", port)):
        assert list(_demo_commands(tmp_path)) == ["stage-eu-1"]
    assert f"The demo's cluster prod-eu-1 is not served: its port {port}" in capsys.readouterr().err


def test_a_data_folder_whose_name_is_too_long_for_a_socket_is_served_without_commands(tmp_path: Path) -> None:
    home = tmp_path / ("long-" * 20)
    for name in bank_clusters.CLUSTERS:
        bank_clusters.ensure_kubeconfig(home, name)
    assert not any("--control" in command for command in _demo_commands(home).values())
