"""Which processes `make run` starts."""

import pytest

from portal.runtime.run import _commands


def test_runs_of_sources_have_a_worker_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTICO_DISCOVERY_WORKERS", "3")
    commands = _commands("127.0.0.1", 8000)

    assert list(commands) == ["web", "worker", "discovery", "beat"]
    for name, queue, processes in (("worker", "portico", "1"), ("discovery", "discovery", "3")):
        command = commands[name]
        assert command[command.index("--queues") + 1] == queue
        assert command[command.index("--concurrency") + 1] == processes


def test_the_worker_of_runs_can_be_left_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTICO_DISCOVERY_WORKERS", "0")
    assert list(_commands("127.0.0.1", 8000)) == ["web", "worker", "beat"]
