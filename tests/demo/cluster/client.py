"""Plain requests to the server, as a client that knows nothing of it would send them."""

import json
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import urllib3

from demo.cluster.server import Server

TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def names(self) -> list[str]:
        return [item["metadata"]["name"] for item in self.json["items"]]


class Client:
    """Sends with a token, with a client certificate, or with neither."""

    def __init__(self, server: Server, token: str = "", certificate: str = "") -> None:
        self.server = server
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        context = ssl.create_default_context(cadata=server.authority.certificate.decode())
        if certificate:
            context.load_cert_chain(certificate)
        self.pool = urllib3.PoolManager(ssl_context=context, timeout=TIMEOUT_SECONDS, retries=False, maxsize=4)

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Mapping[str, Any]) -> Answer:
        return self.send("POST", path, json.dumps(body).encode())

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        sent = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        reply = self.pool.request(method, self.server.url + path, body=body or None, headers=sent, redirect=False)
        return Answer(reply.status, reply.headers, reply.data.decode())

    def raw(self, path: str, **headers: str) -> urllib3.BaseHTTPResponse:
        """The reply with its body still to come, and undecoded."""
        sent = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        url = self.server.url + path
        return self.pool.request("GET", url, headers=sent, preload_content=False, decode_content=False)

    def watch(self, path: str, *, timeout: float = TIMEOUT_SECONDS) -> Iterator[dict[str, Any]]:
        """Each event as it comes; ends when the server ends the stream, raises when it breaks off or says nothing."""
        url = self.server.url + path
        reply = self.pool.request("GET", url, headers=self.headers, preload_content=False, timeout=timeout)
        assert reply.status == 200, reply.data
        return self._events(reply)

    def _events(self, reply: urllib3.BaseHTTPResponse) -> Iterator[dict[str, Any]]:
        pending = b""
        for chunk in reply.stream():
            *lines, pending = (pending + chunk).split(b"\n")
            yield from map(json.loads, lines)
        reply.release_conn()
