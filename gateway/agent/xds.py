"""Incremental xDS over a Unix socket that belongs to this user alone: each stream is one Envoy."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
from envoy.service.discovery.v3 import ads_pb2_grpc, discovery_pb2

from gateway.agent.book import Book
from gateway.agent.shelf import Key
from gateway.agent.stream import Response, Stream

#: The longest name of a Unix socket among the systems that Portico runs on, in bytes.
LONGEST_SOCKET = 103
_MESSAGE_BYTES = 64_000_000
_log = logging.getLogger(__name__)


class NoSocket(Exception):
    """The socket cannot be there; the text says why."""


class Connection:
    """One stream and the wish to look at it again."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.is_due = asyncio.Event()
        self.has_ended = False
        self.envoy_version = ""


class Server(ads_pb2_grpc.AggregatedDiscoveryServiceServicer):
    """Tells every Envoy that asks what is on the book's shelf, and the book what became of it."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._connections: set[Connection] = set()
        self._server: grpc.aio.Server | None = None
        self.envoy_version = ""
        book.touched = self.touch

    async def start(self, socket: Path) -> None:
        """Answers at the socket; raises ``NoSocket``."""
        if len(str(socket).encode()) > LONGEST_SOCKET:
            raise NoSocket(f"{socket} is too long for a socket: set PORTICO_GATEWAY_HOME to a shorter folder.")
        options = [
            ("grpc.max_receive_message_length", _MESSAGE_BYTES),
            ("grpc.max_send_message_length", -1),
            # Not for anything outside, whatever the environment says.
            ("grpc.enable_http_proxy", 0),
        ]
        self._server = grpc.aio.server(options=options)
        ads_pb2_grpc.add_AggregatedDiscoveryServiceServicer_to_server(self, self._server)
        mask = os.umask(0o177)
        try:
            self._server.add_insecure_port(f"unix:{socket}")
            await self._server.start()
        except RuntimeError as error:
            raise NoSocket(f"{socket} cannot be listened on: {error}") from None
        finally:
            os.umask(mask)
        socket.chmod(0o600)

    async def stop(self) -> None:
        """Every Envoy is told that this was all for now."""
        for connection in self._connections:
            connection.has_ended = True
            connection.is_due.set()
        if self._server is not None:
            await self._server.stop(grace=0.5)

    def touch(self, keys: set[Key]) -> None:
        """These are different on the shelf."""
        for connection in self._connections:
            connection.stream.touch(keys)
            connection.is_due.set()

    async def DeltaAggregatedResources(
        self, requests: AsyncIterator[discovery_pb2.DeltaDiscoveryRequest], _: grpc.aio.ServicerContext
    ) -> AsyncIterator[discovery_pb2.DeltaDiscoveryResponse]:
        connection = Connection(Stream(self._book.shelf))
        self._connections.add(connection)
        self._book.streams.add(connection.stream)
        self._book.settled()
        listening = asyncio.create_task(self._listen(connection, requests))
        _log.info("Envoy is connected")
        try:
            while True:
                await connection.is_due.wait()
                connection.is_due.clear()
                if connection.has_ended:
                    return
                for response in connection.stream.responses():
                    yield _message(response)
        finally:
            listening.cancel()
            self._connections.discard(connection)
            self._book.streams.discard(connection.stream)
            self._book.review_all()
            self._book.settled()
            _log.info("Envoy is gone")

    async def _listen(
        self, connection: Connection, requests: AsyncIterator[discovery_pb2.DeltaDiscoveryRequest]
    ) -> None:
        try:
            async for request in requests:
                self._hear(connection, request)
        finally:
            connection.has_ended = True
            connection.is_due.set()

    def _hear(self, connection: Connection, request: discovery_pb2.DeltaDiscoveryRequest) -> None:
        stream = connection.stream
        if request.HasField("node"):
            self.envoy_version = _version(request) or self.envoy_version
        keys: set[Key] = set()
        if request.response_nonce:
            if request.HasField("error_detail"):
                keys |= stream.refuse(request.response_nonce, request.error_detail.message)
            else:
                keys |= stream.accept(request.response_nonce)
        if not request.response_nonce or request.resource_names_subscribe or request.resource_names_unsubscribe:
            keys |= stream.ask(
                request.type_url,
                request.resource_names_subscribe,
                request.resource_names_unsubscribe,
                request.initial_resource_versions,
            )
        connection.is_due.set()
        self._book.review(keys)


def _message(response: Response) -> discovery_pb2.DeltaDiscoveryResponse:
    return discovery_pb2.DeltaDiscoveryResponse(
        type_url=response.kind,
        nonce=response.nonce,
        resources=[
            discovery_pb2.Resource(name=one.name, version=one.version, resource=one.packed())
            for one in response.resources
        ],
        removed_resources=response.removed,
    )


def _version(request: discovery_pb2.DeltaDiscoveryRequest) -> str:
    version = request.node.user_agent_build_version.version
    if not version.major_number:
        return request.node.user_agent_version[:50]
    return f"{version.major_number}.{version.minor_number}.{version.patch}"
