"""Conditions that any room may raise and that each door translates once.

REST turns them into problem details (RFC 9457), pages into an error page or a form with its findings.
A room defines its own condition as a subclass beside the code that raises it.
"""

from collections.abc import Mapping, Sequence


class PorticoError(Exception):
    """A foreseen condition with a status, a stable code and a sentence that says what to do."""

    status = 500
    code = "error"
    title = "Error"
    # Seconds after which the same request may go through, where waiting helps.
    retry_after: int | None = None

    def __init__(self, detail: str = "", **extensions: object) -> None:
        self.detail = detail or f"{self.title}."
        super().__init__(self.detail)
        self.extensions = extensions


class Invalid(PorticoError):
    """Input that breaks a rule: field name -> sentences. The empty name is for the whole input."""

    status = 400
    code = "invalid"
    title = "The input is not valid"

    def __init__(self, fields: Mapping[str, str | Sequence[str]]) -> None:
        self.fields = {name: [value] if isinstance(value, str) else list(value) for name, value in fields.items()}
        super().__init__("; ".join(sentence for sentences in self.fields.values() for sentence in sentences))


class NotFound(PorticoError):
    """There is no such object, or the actor may not know of it; the two look the same."""

    status = 404
    code = "not-found"
    title = "Not found"


class Conflict(PorticoError):
    """The request is well-formed and permitted, but what exists stands against it."""

    status = 409
    code = "conflict"
    title = "Conflict"


class Throttled(PorticoError):
    """Too many attempts; ``retry_after`` is in seconds."""

    status = 429
    code = "throttled"
    title = "Too many requests"

    def __init__(self, detail: str = "", *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Unavailable(PorticoError):
    """A part of Portico is too busy or away for the moment; the request itself is not at fault."""

    status = 503
    code = "unavailable"
    title = "Not available for the moment"
    retry_after = 5
