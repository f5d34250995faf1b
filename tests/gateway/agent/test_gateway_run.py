"""`manage.py gateway_run`: an Envoy with its agent."""

import os
import signal
import socket
import subprocess
import threading
from pathlib import Path

import pytest

from tests.gateway.agent.beside import Gateway
from tests.gateway.agent.portal import StandInPortal, eventually
from tests.gateway.envoy.made import client, configuration, route
from tests.gateway.envoy.upstream import Arrived, RecordingUpstream, Reply


@pytest.fixture
def whole(portal: StandInPortal, upstream: RecordingUpstream, gateway: Gateway) -> Gateway:
    """A gateway that `gateway_run` runs, with an open API."""
    portal.say(configuration(route(port=upstream.port, clients=(client("key"),))))
    gateway.agent = gateway.manage("gateway_run")
    gateway.comes_to(200, "/orders/1", "key")
    return gateway


def _children(process: subprocess.Popen[bytes]) -> dict[str, int]:
    """The programs that a process has started, by what their command line ends with."""
    found = {}
    for line in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
        words = Path(f"/proc/{line}/cmdline").read_bytes().decode()
        found["agent" if "gateway_agent" in words else "envoy"] = int(line)
    return found


def test_what_dies_is_started_again(whole: Gateway) -> None:
    before = _children(whole.agent)
    os.kill(before["agent"], signal.SIGKILL)
    assert whole.status("/orders/1", "key") == 200
    eventually(lambda: _children(whole.agent).get("agent", before["agent"]) != before["agent"])

    os.kill(before["envoy"], signal.SIGKILL)

    eventually(lambda: _children(whole.agent).get("envoy", before["envoy"]) != before["envoy"])
    whole.comes_to(200, "/orders/1", "key")


def test_it_ends_both_and_cuts_off_nothing_that_is_under_way(whole: Gateway, upstream: RecordingUpstream) -> None:
    is_under_way, may_go_on = threading.Event(), threading.Event()

    def slowly(_: Arrived) -> Reply:
        is_under_way.set()
        may_go_on.wait(10)
        return Reply()

    upstream.answer = slowly
    statuses: list[int] = []
    calling = threading.Thread(target=lambda: statuses.append(whole.status("/orders/1", "key")))
    calling.start()
    assert is_under_way.wait(10)
    children = _children(whole.agent)

    whole.agent.terminate()
    eventually(lambda: "ends as soon as nothing is under way" in whole.log)
    may_go_on.set()
    calling.join(10)

    assert statuses == [200]
    assert whole.agent.wait(15) == 0
    assert not any(Path(f"/proc/{number}").exists() for number in children.values())


def test_nothing_is_left_of_it_when_it_is_killed(whole: Gateway) -> None:
    children = _children(whole.agent)

    whole.kill_agent()

    eventually(lambda: not any(Path(f"/proc/{number}").exists() for number in children.values()))


def test_it_says_which_port_is_taken(gateway: Gateway) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", gateway.port))
        other.listen()
        process = gateway.manage("gateway_run")

        assert process.wait(20) == 1

    assert f"cannot listen on 127.0.0.1 port {gateway.port}" in gateway.log
    assert "PORTICO_GATEWAY_PORT" in gateway.log


def test_it_says_that_there_is_no_token(gateway: Gateway) -> None:
    assert gateway.manage("gateway_run", PORTICO_GATEWAY_TOKEN="").wait(20) == 1
    assert "PORTICO_GATEWAY_TOKEN_FILE" in gateway.log


def test_two_agents_do_not_share_a_folder(portal: StandInPortal, gateway: Gateway) -> None:
    gateway.start_agent()
    eventually((gateway.home / "agent.sock").exists)

    assert gateway.manage("gateway_agent").wait(20) == 1

    assert "Another agent uses" in gateway.log


def test_a_folder_whose_sockets_would_have_too_long_a_name_is_said(gateway: Gateway) -> None:
    long = gateway.home / ("x" * 120)

    assert gateway.manage("gateway_agent", PORTICO_GATEWAY_HOME=str(long)).wait(20) == 1

    assert "set PORTICO_GATEWAY_HOME to a shorter folder" in gateway.log
