"""The broker in a folder, without a worker: what is sent comes back once, what is no message is set aside."""

import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection, Exchange, Queue

QUEUE = Queue("portico", Exchange("portico", "direct"), routing_key="portico")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with Connection("folder://", transport_options={"folder": str(tmp_path)}) as connection:
        yield connection


def send(connection: Connection, *bodies: object) -> None:
    with connection.Producer(serializer="json") as producer:
        for body in bodies:
            producer.publish(body, exchange=QUEUE.exchange, routing_key=QUEUE.routing_key, declare=[QUEUE])


def received(connection: Connection) -> list:
    bodies = []
    with connection.SimpleQueue(QUEUE) as queue:
        while True:
            try:
                message = queue.get(block=False)
            except Empty:
                return bodies
            message.ack()
            bodies.append(message.payload)


def test_it_delivers_in_the_order_of_sending_and_only_once(connection):
    send(connection, 1, 2, 3)
    assert received(connection) == [1, 2, 3]
    assert received(connection) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"body": "eyJhIjog',
        b"[]",
        b"null",
        b'{"body": "x", "properties": {}}',
        b"\xff\xfe",
        b'{"body": "!", "properties": {"body_encoding": "base64", "delivery_tag": "1"}, "headers": 1}',
    ],
)
def test_it_sets_aside_what_is_no_message_and_goes_on(connection, tmp_path, content):
    send(connection, "before")
    (tmp_path / "portico" / "0-cut-off.msg").write_bytes(content)
    send(connection, "after")
    assert received(connection) == ["before", "after"]
    assert [path.read_bytes() for path in (tmp_path / "unreadable").iterdir()] == [content]


def test_it_leaves_a_message_alone_that_is_still_being_written(connection, tmp_path):
    send(connection, "whole")
    draft = tmp_path / "portico" / "0-half.draft"
    draft.write_bytes(b'{"body"')
    assert received(connection) == ["whole"]
    assert draft.exists()


def test_each_of_many_messages_reaches_exactly_one_of_several_readers(connection, tmp_path):
    send(connection, *range(200))
    taken: list[int] = []

    def read() -> None:
        with Connection("folder://", transport_options={"folder": str(tmp_path)}) as own:
            taken.extend(received(own))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(timeout=30)
    assert sorted(taken) == list(range(200))


def test_it_counts_and_empties_a_queue(connection):
    send(connection, 1, 2)
    with connection.channel() as channel:
        bound = QUEUE(channel)
        assert bound.queue_declare(passive=False).message_count == 2
        assert bound.purge() == 2
    assert received(connection) == []


def test_its_folders_are_closed_to_other_users(connection, tmp_path):
    send(connection, 1)
    assert (tmp_path / "portico").stat().st_mode & 0o077 == 0
