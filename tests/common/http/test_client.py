"""The one client for addresses that others chose, against servers that mean it ill."""

import gzip
import socket
import threading
import time
from contextlib import suppress

import pytest

from common.http.client import Hosts, get, post
from common.http.values import Answer, Body, Failure, Limits, Question
from common.outbound import Reach, networks_of
from demo.cluster.certificates import Authority
from tests.common.http.talking import PUBLIC, FakeNet, answer, talking

SHORT = Limits(seconds=0.6, connect_seconds=0.5, body_bytes=20_000)


def code(result: Answer | Failure) -> str:
    return result.code if isinstance(result, Failure) else f"answered {result.status}"


def redirect(location: str) -> bytes:
    return answer(b"", "302 Found", Location=location)


def test_it_gives_the_answer_with_its_headers():
    with talking(answer(b'{"openapi":"3.1.0"}', ETag='"1"')) as talker:
        result = get(Question(f"http://api.example:{talker.port}/openapi.json?a=1"), FakeNet().net)
    assert isinstance(result, Answer)
    assert (result.status, result.body, result.headers["etag"]) == (200, b'{"openapi":"3.1.0"}', '"1"')
    head = talker.heard[0]
    assert head.startswith("GET /openapi.json?a=1 HTTP/1.1\r\n")
    assert f"Host: api.example:{talker.port}\r\n" in head
    assert "Cookie" not in head


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "::1", "169.254.169.254", "::ffff:127.0.0.1", "10.0.0.8", "100.100.100.200", "64:ff9b:1::7f00:1",
     "64:ff9b::7f00:1", "192.168.1.1", "fd00::1", "224.0.0.1", "0.0.0.0"],
)  # fmt: skip
def test_it_calls_no_address_that_is_not_public(address: str):
    fake = FakeNet(api_example=[(PUBLIC, address)])
    assert code(get(Question("http://api.example/"), fake.net)) == "not-allowed"
    assert fake.called == []


def test_it_calls_a_private_address_whose_network_is_listed_and_never_loopback():
    fake = FakeNet(a_example=[("10.1.2.3",)], b_example=[("127.0.0.1",)])
    reach = Reach(networks_of(["10.1.0.0/16", "127.0.0.0/8"]))
    with talking(answer()) as talker:
        assert code(get(Question(f"http://a.example:{talker.port}/", reach=reach), fake.net)) == "answered 200"
        assert code(get(Question(f"http://b.example:{talker.port}/", reach=reach), fake.net)) == "not-allowed"


def test_it_calls_the_address_that_was_judged_though_the_name_means_another_one_now():
    fake = FakeNet(api_example=[(PUBLIC,), ("127.0.0.1",)])
    with talking(answer()) as talker:
        assert code(get(Question(f"http://api.example:{talker.port}/"), fake.net)) == "answered 200"
    assert (fake.asked, fake.called) == (["api.example"], [PUBLIC])


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "gopher://a/", "http://", "http://user:word@api.example/", "http://api.example:0/",
     "http://api.example/a b", "http://api.example/\r\nX: 1", "//api.example/", "http://[::1", "http://a_b%00/"],
)  # fmt: skip
def test_it_asks_nothing_but_plain_http_addresses(url: str):
    fake = FakeNet()
    assert code(get(Question(url), fake.net)) == "not-an-address"
    assert fake.asked == []


@pytest.mark.parametrize("host", ["metadata.example", "169.254.169.254"])
def test_it_follows_no_redirect_to_a_metadata_address(host: str):
    fake = FakeNet(metadata_example=[("169.254.169.254",)])
    fake.names["169.254.169.254"] = [("169.254.169.254",)]
    with talking(redirect(f"http://{host}/latest/meta-data/")) as talker:
        assert code(get(Question(f"http://api.example:{talker.port}/"), fake.net)) == "not-allowed"
    assert fake.called == [PUBLIC]


def test_it_follows_three_redirects_and_no_fourth():
    with talking(redirect("/again")) as talker:
        assert code(get(Question(f"http://api.example:{talker.port}/"), FakeNet().net)) == "redirects"
    assert len(talker.heard) == 4


@pytest.mark.parametrize("location", ["file:///etc/passwd", "http://a b/", "http://u:p@b.example/"])
def test_it_follows_no_redirect_to_what_is_no_address(location: str):
    with talking(redirect(location)) as talker:
        assert code(get(Question(f"http://api.example:{talker.port}/"), FakeNet().net)) == "redirects"


def test_it_shows_headers_to_their_own_origin_alone_and_never_again_once_led_away():
    with talking(answer()) as home, talking(answer()) as away:
        back = redirect(f"http://home.example:{home.port}/back")
        home.answering = lambda it, head: it.sendall(
            answer() if b"/back" in head else redirect(f"http://away.example:{away.port}/")
        )
        away.answering = lambda it, _: it.sendall(back)
        question = Question(
            f"http://home.example:{home.port}/",
            headers={"Authorization": "Bearer planted"},
            conditions={"If-None-Match": '"1"'},
        )
        assert code(get(question, FakeNet().net)) == "answered 200"
    assert "planted" in home.heard[0]
    assert not any("planted" in head for head in (*away.heard, home.heard[1]))
    assert all("If-None-Match" in head for head in away.heard)


def test_it_keeps_the_headers_on_a_redirect_within_the_origin():
    with talking(answer()) as talker:
        talker.answering = lambda it, head: it.sendall(answer() if b"GET /b" in head else redirect("/b"))
        question = Question(f"http://api.example:{talker.port}/a", headers={"X-Key": "planted"})
        assert code(get(question, FakeNet().net)) == "answered 200"
    assert all("planted" in head for head in talker.heard)


def test_it_grants_a_redirect_only_the_reach_of_strangers():
    fake = FakeNet(inside_example=[("10.1.2.3",)], other_example=[("10.1.2.4",)])
    reach = Reach(networks_of(["10.0.0.0/8"]))
    with talking(answer()) as other, talking(redirect(f"http://other.example:{other.port}/")) as talker:
        question = Question(f"http://inside.example:{talker.port}/", reach=reach)
        assert code(get(question, fake.net)) == "not-allowed"
    assert fake.called == ["10.1.2.3"]


def test_it_gives_up_on_an_answer_that_drips():
    def drip(it: socket.socket, _: bytes) -> None:
        it.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        with suppress(OSError):
            while True:
                it.sendall(b"x")
                time.sleep(0.05)

    began = time.monotonic()
    with talking(drip) as talker:
        result = get(Question(f"http://api.example:{talker.port}/", limits=SHORT), FakeNet().net)
    assert code(result) == "timeout"
    assert time.monotonic() - began >= SHORT.seconds


def test_it_gives_up_on_headers_that_drip():
    def drip(it: socket.socket, _: bytes) -> None:
        it.sendall(b"HTTP/1.1 200 OK\r\n")
        with suppress(OSError):
            while True:
                it.sendall(b"a")
                time.sleep(0.05)

    with talking(drip) as talker:
        assert code(get(Question(f"http://api.example:{talker.port}/", limits=SHORT), FakeNet().net)) == "timeout"


def endless(head: bytes, piece: bytes):
    def say(it: socket.socket, _: bytes) -> None:
        it.sendall(head)
        with suppress(OSError):
            while True:
                it.sendall(piece)

    return say


@pytest.mark.parametrize(
    ("head", "piece", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 10_000, "too-large"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"2710\r\n" + b"x" * 10_000 + b"\r\n", "too-large"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1;" + b"e" * 9_000 + b"\r\nx\r\n", "too-large"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"T: x\r\n" * 1_000, "too-large"),
        (b"HTTP/1.1 200 OK\r\n", b"X-One: " + b"y" * 1_000 + b"\r\n", "headers-too-large"),
        (b"HTTP/1.1 200 OK\r\nX-One: ", b"y" * 10_000, "headers-too-large"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n", "headers-too-large"),
    ],
)
def test_it_reads_only_so_much_of_what_never_ends(head: bytes, piece: bytes, expected: str):
    limits = Limits(body_bytes=20_000)
    with talking(endless(head, piece)) as talker:
        assert code(get(Question(f"http://api.example:{talker.port}/", limits=limits), FakeNet().net)) == expected


def test_it_refuses_an_announced_body_that_is_too_large_without_reading_it():
    with talking(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n") as talker:
        assert code(get(Question(f"http://api.example:{talker.port}/"), FakeNet().net)) == "too-large"


def test_it_unpacks_gzip_and_no_bomb():
    with talking(answer(gzip.compress(b"[1]"), Content_Encoding="gzip")) as talker:
        result = get(Question(f"http://api.example:{talker.port}/"), FakeNet().net)
        assert isinstance(result, Answer)
        assert result.body == b"[1]"
    with talking(answer(gzip.compress(b"\0" * 50_000_000), Content_Encoding="gzip")) as talker:
        assert code(get(Question(f"http://api.example:{talker.port}/"), FakeNet().net)) == "too-large"


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "nonsense"])
def test_it_refuses_what_it_cannot_unpack(encoding: str):
    with talking(answer(b"{}", Content_Encoding=encoding)) as talker:
        assert code(get(Question(f"http://api.example:{talker.port}/"), FakeNet().net)) == "encoding"


@pytest.mark.parametrize(
    "said",
    [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
     b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"x" * 100)[:-9]],
)  # fmt: skip
def test_it_takes_half_an_answer_for_none(said: bytes):
    with talking(said) as talker:
        assert code(get(Question(f"http://api.example:{talker.port}/"), FakeNet().net)) == "broken"


def test_it_believes_a_certificate_only_for_its_own_name():
    authority = Authority()
    with talking(answer(), authority.server_context()) as talker:
        ca = authority.certificate.decode()
        at = f":{talker.port}/"
        assert code(get(Question(f"https://localhost{at}", ca=ca), FakeNet().net)) == "answered 200"
        assert code(get(Question(f"https://api.example{at}", ca=ca), FakeNet().net)) == "certificate"
        assert code(get(Question(f"https://localhost{at}"), FakeNet().net)) == "certificate"
    assert len(talker.heard) == 1


def test_it_says_when_the_port_speaks_no_tls():
    with talking(b"HTTP/1.1 400 Bad Request\r\n\r\n") as talker:
        talker.answering = lambda it, _: it.sendall(answer())
        assert code(get(Question(f"https://api.example:{talker.port}/", limits=SHORT), FakeNet().net)) in (
            "tls",
            "timeout",
        )


def test_it_does_not_go_from_https_to_http():
    authority = Authority()
    with talking(redirect("http://localhost/"), authority.server_context()) as talker:
        question = Question(f"https://localhost:{talker.port}/", ca=authority.certificate.decode())
        assert code(get(question, FakeNet().net)) == "downgrade"


def test_it_says_what_keeps_it_from_a_host():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert code(get(Question(f"http://api.example:{port}/"), FakeNet().net)) == "refused"

    def unknown(_host: str, _port: int) -> tuple[str, ...]:
        raise socket.gaierror

    fake = FakeNet()
    fake._look_up = unknown
    assert code(get(Question("http://api.example/"), fake.net)) == "unknown-host"


def test_it_asks_a_host_only_so_many_questions_at_once():
    under_way, most, lock, go = 0, 0, threading.Lock(), threading.Event()

    def count(it: socket.socket, _: bytes) -> None:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        go.wait(10)
        with lock:
            under_way -= 1
        it.sendall(answer())

    hosts, results = Hosts(at_once=2), []
    with talking(count) as talker:
        question = Question(f"http://api.example:{talker.port}/")
        threads = [
            threading.Thread(target=lambda: results.append(get(question, FakeNet().net, hosts))) for _ in "12345"
        ]
        for thread in threads:
            thread.start()
        hurried = Question(f"http://api.example:{talker.port}/", limits=Limits(seconds=0.3))
        assert code(get(hurried, FakeNet().net, hosts)) in ("busy", "timeout")
        go.set()
        for thread in threads:
            thread.join(10)
    assert [code(result) for result in results] == ["answered 200"] * 5
    assert most <= 2


def test_it_uses_no_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with talking(answer()) as talker:
        assert code(get(Question(f"http://api.example:{talker.port}/"), FakeNet().net)) == "answered 200"


def test_it_posts_a_body_once_and_follows_no_redirect():
    with talking(redirect("http://elsewhere.example/")) as talker:
        result = post(Question(f"http://api.example:{talker.port}/hook"), Body(b"{}"), FakeNet().net, Hosts())
    assert code(result) == "answered 302"
    [head] = talker.heard
    assert head.startswith("POST /hook HTTP/1.1\r\n")
    assert "Content-Length: 2\r\n" in head and "Content-Type: application/json\r\n" in head


def test_it_posts_to_no_address_out_of_reach_and_nothing_too_large():
    fake = FakeNet(api_example=[("127.0.0.1",)])
    assert code(post(Question("http://api.example/"), Body(b"{}"), fake.net, Hosts())) == "not-allowed"
    large = Question("http://b.example/", limits=Limits(sent_bytes=10))
    assert code(post(large, Body(b"x" * 11), fake.net, Hosts())) == "sent-too-large"
    assert fake.called == []
