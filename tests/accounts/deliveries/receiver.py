"""Who receives webhooks: a server that remembers what it was sent, in a net where its name means a public address."""

import base64
import hashlib
import hmac
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from accounts.deliveries.calls import Post
from common.http.client import Hosts, post
from tests.common.http.talking import FakeNet, Talker, answer, talking


@dataclass
class Received:
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        return json.loads(self.body)

    def is_signed_with(self, secret: str) -> bool:
        """Whether one of its signatures is that of the secret, worked out as the specification writes it down."""
        content = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.{self.body.decode()}"
        digest = hmac.digest(base64.b64decode(secret.split("_", 1)[1]), content.encode(), hashlib.sha256)
        return f"v1,{base64.b64encode(digest).decode()}" in self.headers["webhook-signature"].split(" ")


@dataclass
class Receiver:
    """``status`` is what it answers; ``received`` what it was sent."""

    status: str = "204 No Content"
    received: list[Received] = field(default_factory=list)
    fake: FakeNet = field(default_factory=FakeNet)
    talker: Talker | None = None

    @property
    def url(self) -> str:
        assert self.talker is not None
        return f"http://hooks.example:{self.talker.port}/portico"

    @property
    def send(self) -> Post:
        return partial(post, net=self.fake.net, hosts=Hosts())

    def take(self, connection: socket.socket, begun: bytes) -> None:
        head, _, body = begun.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")[1:]
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        while len(body) < int(headers["content-length"]):
            body += connection.recv(65_536)
        self.received.append(Received(headers, body))
        connection.sendall(answer(b"", self.status))


@contextmanager
def receiving(status: str = "204 No Content") -> Iterator[Receiver]:
    receiver = Receiver(status)
    with talking(receiver.take) as talker:
        receiver.talker = talker
        yield receiver
