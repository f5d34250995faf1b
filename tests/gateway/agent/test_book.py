"""What the agent keeps in mind between what the portal says and what Envoy makes of it."""

import asyncio
from typing import Any

from gateway.agent.book import Book
from gateway.agent.compiling import Compiler
from gateway.agent.reporting import Reporting
from gateway.agent.resolving import Resolver
from gateway.agent.snapshot import Common
from gateway.agent.stream import Stream
from gateway.envoy.names import LIMITS_FILTER
from gateway.envoy.resources import EXTENSION
from gateway.values import Policy, Report
from tests.gateway.envoy.made import client, configuration, public_id, route

_UNTIL = 1_700_003_600


def _book() -> Book:
    compiler = Compiler(Resolver(), frozenset(), "/nowhere", clock=lambda: 1_700_000_000.0)
    book = Book(compiler, lambda name: None, clock=lambda: 1_700_000_000.0)
    book.shelf.is_ready = True
    return book


def _take(book: Book, generation: int, *keys: str) -> None:
    common = Common(gateway="edge", generation=generation, policy=Policy(networks=("127.0.0.0/8",)))
    clients = tuple(client(key, until=_UNTIL, per_minute=60) for key in keys)
    book.take(common, [configuration(route(clients=clients), generation=generation)], is_whole=True)


def test_an_end_is_noted_once_however_often_an_api_changes() -> None:
    book = _book()
    _take(book, 1, "first")
    assert book.expiry_moved.is_set()
    book.expiry_moved.clear()

    _take(book, 2, "first", "second")

    assert book.next_expiry() == _UNTIL
    assert not book.expiry_moved.is_set()


def test_what_envoy_refuses_of_what_all_share_is_a_problem_of_every_route() -> None:
    class Line:
        def report(self, report: Report) -> None:
            told.append(report)

    class Server:
        envoy_version = "1.40.0"

    told: list[Any] = []
    book = _book()
    stream = Stream(book.shelf)
    book.streams.add(stream)
    stream.ask(EXTENSION, [LIMITS_FILTER], [], {})
    _take(book, 1, "first")
    (response,) = stream.responses()

    book.review(stream.refuse(response.nonce, "too many descriptors"))
    asyncio.run(Reporting(Line(), book, Server(), "1").tell())

    (problem,) = told[0].problems
    assert problem.route == public_id("rte", "orders")
    assert "too many descriptors" in problem.problem
