"""Requests to a WSGI application in this process (PEP 3333), with an API token."""

import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_BOUNDARY = "portico-demo"


class RequestFailed(Exception):
    """The application answered with an error; the message has the request and the problem."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any


@dataclass(frozen=True, slots=True)
class Client:
    """A caller of the site at ``url``, which decides on host name and scheme."""

    application: Application
    url: str
    token: str

    def find(self, path: str) -> dict[str, Any] | None:
        """What is at the path, ``None`` when there is nothing this caller may see."""
        answer = self._send("GET", path, b"", "")
        return None if answer.status == 404 else _successful("GET", path, answer)

    def send(self, method: str, path: str, values: Mapping[str, Any] | None = None) -> Any:
        """What is answered to this JSON; raises ``RequestFailed``."""
        body = b"" if values is None else json.dumps(values).encode()
        return self._checked(method, path, body, "application/json")

    def upload(self, method: str, path: str, metadata: Mapping[str, Any], part: str, name: str, file: bytes) -> Any:
        """Send metadata and a file as ``part`` in one form (RFC 7578)."""
        parts = (
            (f'name="metadata"\r\nContent-Type: application/json\r\n\r\n{json.dumps(metadata)}').encode(),
            f'name="{part}"; filename="{name}"\r\n\r\n'.encode() + file,
        )
        lead = f"--{_BOUNDARY}\r\nContent-Disposition: form-data; ".encode()
        body = b"".join(lead + part + b"\r\n" for part in parts) + f"--{_BOUNDARY}--\r\n".encode()
        return self._checked(method, path, body, f"multipart/form-data; boundary={_BOUNDARY}")

    def _checked(self, method: str, path: str, body: bytes, content_type: str) -> Any:
        return _successful(method, path, self._send(method, path, body, content_type))

    def _send(self, method: str, path: str, body: bytes, content_type: str) -> Answer:
        site = urlsplit(self.url)
        path, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": f"/api/v1/{path}",
            "QUERY_STRING": query,
            "CONTENT_TYPE": content_type,
            "CONTENT_LENGTH": str(len(body)),
            "SERVER_NAME": site.hostname,
            "SERVER_PORT": str(site.port or {"https": 443}.get(site.scheme, 80)),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": site.netloc,
            "HTTP_AUTHORIZATION": f"Bearer {self.token}",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": site.scheme,
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": True,
        }
        said: list[str] = []
        chunks = self.application(environ, lambda status, _headers, _error=None: said.append(status))
        try:
            text = b"".join(chunks)
        finally:
            getattr(chunks, "close", lambda: None)()
        return Answer(int(said[0].split()[0]), json.loads(text) if text else None)


def _successful(method: str, path: str, answer: Answer) -> Any:
    if answer.status >= 400:
        raise RequestFailed(f"{method} {path} was answered with {answer.status}: {json.dumps(answer.body)}")
    return answer.body
