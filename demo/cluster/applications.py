"""What the applications behind the Services answer, when somebody reaches them through the service proxy."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

State = Literal["listening", "refusing", "resetting"]


@dataclass(frozen=True, slots=True)
class Page:
    body: bytes
    content_type: str = "application/json"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Received:
    """A request as the application saw it."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]


@dataclass(slots=True)
class Application:
    """The Pods of one Service: their pages by path, and whether they take connections at all."""

    pages: dict[str, Page] = field(default_factory=dict)
    state: State = "listening"
    speaks_tls: bool = False
    received: deque[Received] = field(default_factory=lambda: deque(maxlen=1000))

    def answer(self, request: Received) -> Page:
        self.received.append(request)
        return self.pages.get(request.path) or Page(b'{"title":"Not Found","status":404}', status=404)


class Applications:
    """By namespace and name of their Service; one nobody spoke of listens and has no pages."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Application] = {}

    def of(self, namespace: str, service: str) -> Application:
        return self._known.setdefault((namespace, service), Application())

    def publish(self, namespace: str, service: str, path: str, body: bytes, **page: object) -> Application:
        """The application answers at the path with this page."""
        application = self.of(namespace, service)
        application.pages[path] = Page(body, **page)
        return application
