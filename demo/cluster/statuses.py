"""Replies, and errors in the words of the real server: most as a Status object, some as bare text."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer; ``compressed`` is the same body under gzip, made when somebody asks for it."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    compressed: Callable[[], bytes] | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer in pieces that ends when the iterator does; ``Cut`` in it breaks the connection off."""

    pieces: Iterator[bytes]
    headers: Mapping[str, str] = field(default_factory=dict)


class Cut(Exception):
    """The connection breaks off here, without the end that chunked coding has (RFC 9112 §7.1)."""


def status(
    code: int, reason: str, message: str, details: Mapping[str, Any] | None = None, token: str = ""
) -> dict[str, Any]:
    """The Status object of a failure; ``token`` is the continue token that goes with it."""
    shown: dict[str, Any] = {"kind": "Status", "apiVersion": "v1", "metadata": {"continue": token} if token else {}}
    shown |= {"status": "Failure", "message": message}
    if reason:
        shown["reason"] = reason
    if details is not None:
        shown["details"] = details
    return shown | {"code": code}


def failure(
    code: int,
    reason: str,
    message: str,
    details: Mapping[str, Any] | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    token: str = "",
) -> Reply:
    body = orjson.dumps(status(code, reason, message, details, token)) + b"\n"
    return Reply(code, body, headers=headers or {})


def text(code: int, message: str, **headers: str) -> Reply:
    """An error that is not JSON: a layer in front of the API answered."""
    return Reply(code, f"{message}\n".encode(), TEXT, headers)


def answer(value: Any, code: int = 200) -> Reply:
    return Reply(code, orjson.dumps(value) + b"\n")


def page_not_found() -> Reply:
    """No such path: what an unknown group gets."""
    return text(404, "404 page not found")


def resource_not_found() -> Reply:
    """The group and version are served, the resource is not."""
    return failure(404, "NotFound", "the server could not find the requested resource", {})


def object_not_found(qualified: str, name: str) -> Reply:
    return failure(404, "NotFound", f'{qualified} "{name}" not found', _named(qualified, name))


def already_exists(qualified: str, name: str) -> Reply:
    return failure(409, "AlreadyExists", f'{qualified} "{name}" already exists', _named(qualified, name))


def modified(qualified: str, name: str) -> Reply:
    """Somebody else has written the object since it was read."""
    words = "the object has been modified; please apply your changes to the latest version and try again"
    message = f'Operation cannot be fulfilled on {qualified} "{name}": {words}'
    return failure(409, "Conflict", message, _named(qualified, name))


def unauthorized() -> Reply:
    return failure(401, "Unauthorized", "Unauthorized")


def bad_request(message: str) -> Reply:
    return failure(400, "BadRequest", message)


def internal(message: str) -> Reply:
    return failure(500, "InternalError", message)


def unavailable(message: str) -> Reply:
    return failure(503, "ServiceUnavailable", message)


def method_not_allowed() -> Reply:
    message = "the server does not allow this method on the requested resource"
    return failure(405, "MethodNotAllowed", message, {})


def too_many_requests(retry_after: int = 1) -> Reply:
    """From API Priority and Fairness, which knows nothing of Status."""
    message = "Too many requests, please try again later."
    return text(429, message, **{"Retry-After": str(retry_after)})


def storage_initializing(retry_after: int = 1) -> Reply:
    """From the watch cache of a kind, soon after the start of the server."""
    message, details = "storage is (re)initializing", {"retryAfterSeconds": retry_after}
    return failure(429, "TooManyRequests", message, details, headers={"Retry-After": str(retry_after)})


def too_large_version(asked: int, current: int) -> Reply:
    message = f"Too large resource version: {asked}, current: {current}"
    causes = [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}]
    details = {"causes": causes, "retryAfterSeconds": 1}
    return failure(504, "Timeout", f"Timeout: {message}", details, headers={"Retry-After": "1"})


def _named(qualified: str, name: str) -> dict[str, str]:
    plural, _, group = qualified.partition(".")
    return {"name": name} | ({"group": group} if group else {}) | {"kind": plural}
