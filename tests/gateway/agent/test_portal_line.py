"""The agent's line to the portal: open between two questions, bounded, and shown to nobody else."""

import gzip
import socket
from pathlib import Path

import msgspec
import pytest

from demo.cluster.certificates import Authority
from gateway.agent import portal as line_module
from gateway.agent.portal import Away, NotAnAddress, NotUsable, PortalLine, Rejected, Unwelcome
from gateway.values import Changes, Report
from tests.common.http.talking import answer, talking
from tests.gateway.agent.portal import TOKEN, StandInPortal

_CHANGES = msgspec.json.encode(Changes(gateway="gtw", generation=3, is_whole=True))


def _line(port: int, scheme: str = "http") -> PortalLine:
    return PortalLine(f"{scheme}://localhost:{port}", lambda: TOKEN)


def test_it_asks_twice_over_one_connection(portal: StandInPortal, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    connect = socket.create_connection
    monkeypatch.setattr(socket, "create_connection", lambda *at, **how: made.append(at) or connect(*at, **how))
    portal.say()
    line = PortalLine(portal.url, lambda: TOKEN)

    assert line.changes(0, 0) is not None
    assert line.changes(1, 0) is None
    line.report(Report(agent_version="1"))

    assert len(made) == 1
    assert portal.reports == [Report(agent_version="1")]


def test_it_asks_again_when_the_open_connection_had_ended(portal: StandInPortal) -> None:
    portal.say()
    line = PortalLine(portal.url, lambda: TOKEN)
    assert line.changes(0, 0) is not None
    portal.stop()
    portal.start()

    assert line.changes(0, 0) is not None


def test_it_reads_packed_answers() -> None:
    with talking(answer(gzip.compress(_CHANGES), Content_Encoding="gzip")) as talker:
        found = _line(talker.port).changes(0, 0)

    assert found is not None
    assert found.generation == 3
    assert f"Authorization: Bearer {TOKEN}" in talker.heard[0]


def test_it_says_who_the_portal_is_by_the_machines_authorities(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority()
    with talking(answer(_CHANGES), authority.server_context()) as talker:
        with pytest.raises(Away, match="certificate"):
            _line(talker.port, "https").changes(0, 0)
        assert talker.heard == []
        (tmp_path / "authority.pem").write_bytes(authority.certificate)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))

        assert _line(talker.port, "https").changes(0, 0) is not None


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        (answer(b'{"detail": "Gone\\u001b[31m"}', "401 Unauthorized"), Unwelcome, r"\(401\): Gone \[31m"),
        (answer(b"", "403 Forbidden"), Unwelcome, "403"),
        (answer(b"", "302 Found", Location="http://elsewhere.example/"), Away, "PORTICO_GATEWAY_URL"),
        (answer(b"", "503 Service Unavailable"), Away, "503"),
        (answer(b"", "404 Not Found"), Away, "404"),
        (answer(b'{"title": "No"}', "422 Unprocessable"), Rejected, "No"),
        (answer(b"{", "200 OK"), NotUsable, "not one"),
        (answer(b"[" * 100_000, "200 OK"), NotUsable, "not one"),
        (answer(b"\xff\xfe", "200 OK"), NotUsable, "not one"),
        (b"SSH-2.0-x\r\n", Away, "cannot be asked"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", Away, "broke off"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"x" * 60_000, Away, "headers"),
    ],
)
def test_what_is_no_answer_is_said_in_a_sentence(said: bytes, kind: type[Away], words: str) -> None:
    with talking(said) as talker, pytest.raises(kind, match=words) as raised:
        _line(talker.port).changes(0, 0)

    assert TOKEN not in str(raised.value)


def test_an_answer_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_module, "ANSWER_BYTES", 10_000)
    packed = gzip.compress(b" " * 1_000_000)

    for said in (answer(b" " * 10_001), answer(packed, Content_Encoding="gzip")):
        with talking(said) as talker, pytest.raises(Away, match="too large"):
            _line(talker.port).changes(0, 0)


def test_a_token_that_cannot_be_read_is_said() -> None:
    def token() -> str:
        raise OSError("PORTICO_GATEWAY_TOKEN_FILE=/run/token cannot be read")

    with pytest.raises(Away, match="cannot be read"):
        PortalLine("http://127.0.0.1:9", token).changes(0, 0)


@pytest.mark.parametrize(
    "url", ["", "portal.example", "ftp://portal.example", "http://a:b@portal.example", "http://p?q=1"]
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(NotAnAddress):
        PortalLine(url, lambda: TOKEN)
