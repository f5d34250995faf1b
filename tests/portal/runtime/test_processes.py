"""Which processes `make run` starts."""

import pytest

from portal.runtime.run import _commands


def test_runs_of_sources_have_a_worker_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTICO_DISCOVERY_WORKERS", "3")
    commands = _commands("127.0.0.1", 8000)

    assert list(commands) == ["web", "worker", "discovery", "beat", "watch"]
    for name, queue, processes in (("worker", "portico", "1"), ("discovery", "discovery", "3")):
        command = commands[name]
        assert command[command.index("--queues") + 1] == queue
        assert command[command.index("--concurrency") + 1] == processes


def test_the_worker_of_runs_can_be_left_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTICO_DISCOVERY_WORKERS", "0")
    assert list(_commands("127.0.0.1", 8000)) == ["web", "worker", "beat", "watch"]


@pytest.mark.parametrize(("setting", "names"), [("0", []), ("1", ["watch"]), ("2", ["watch", "watch-2"])])
def test_as_many_watchers_as_wanted(monkeypatch: pytest.MonkeyPatch, setting: str, names: list[str]) -> None:
    monkeypatch.setenv("PORTICO_WATCHERS", setting)
    commands = _commands("127.0.0.1", 8000)
    assert [name for name in commands if name.startswith("watch")] == names
    assert all(commands[name][-2].endswith("manage.py") for name in names)
