"""The one way from the bytes of a specification to its values, for every use case that takes a document."""

from functools import cache

from catalog.formats.base import ERROR, Finding, ParsedSpecification, Refused
from catalog.formats.loading import BYTES_AT_MOST
from catalog.formats.pipe import load_answer
from common.sandbox import AllBusy, ChildFailed, Sandbox, TookTooLong, TooMuchMemory

WALL_SECONDS = 20.0


def parse_specification(data: bytes, *, limit: int = BYTES_AT_MOST, size: int = 1) -> ParsedSpecification | Refused:
    """The values of the document, or the findings that say why it is refused. Never raises because of the
    document.

    Runs in a limited process, at most `size` at a time for this process; a document that takes too long,
    needs too much memory or brings the parser down is refused like any other. Raises AllBusy when no process
    became free in time.
    """
    if len(data) > limit:
        return _refused("too-large", f"The document is larger than {limit:,} bytes.")
    try:
        return load_answer(parser_sandbox(size).call(limit.to_bytes(8, "big") + data))
    except AllBusy:
        raise
    except TookTooLong:
        return _refused("took-too-long", f"Reading the document took more than {WALL_SECONDS:g} seconds.")
    except TooMuchMemory:
        return _refused("too-much-memory", "Reading the document took more memory than is allowed.")
    except (ChildFailed, ValueError, TypeError, KeyError):
        return _refused("unreadable", "The document could not be read; the parser stopped.")


@cache
def parser_sandbox(size: int = 1) -> Sandbox:
    """The warm parsing processes of this process."""
    return Sandbox("catalog.formats.worker", size=size, wall_seconds=WALL_SECONDS)


def _refused(rule: str, message: str) -> Refused:
    return Refused((Finding(ERROR, rule, message),))
