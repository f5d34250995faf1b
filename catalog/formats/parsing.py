"""The one way from the bytes of a specification to its values, for every use case that takes a document."""

from catalog.formats.base import ERROR, Finding, ParsedSpecification, Refused
from catalog.formats.loading import BYTES_AT_MOST
from catalog.formats.pipe import dump_question, load_answer
from common.sandbox import ChildFailed, Sandbox, TookTooLong, TooMuchMemory

WALL_SECONDS = 20.0
WAIT_SECONDS = 30.0

_pools: dict[int, Sandbox] = {}


def parse_specification(
    data: bytes, *, version: str = "", limit: int = BYTES_AT_MOST, size: int = 1
) -> ParsedSpecification | Refused:
    """The values of the document, or the findings that say why it is refused.

    A document that states another version than `version`, the name it is published under, gets a finding. Runs in a
    limited process, at most `size` at a time for this process. A document that takes too long, needs too much memory or
    brings the parser down is refused like any other. Raises AllBusy when no process became free in time and NotStarted
    when none can be started: neither says anything about the document.
    """
    if len(data) > limit:
        return _refused("too-large", f"The document is larger than {limit:,} bytes.")
    try:
        return load_answer(parser_sandbox(size).call(dump_question(data, limit=limit, version=version)))
    except TookTooLong:
        return _refused("took-too-long", f"Reading the document took more than {WALL_SECONDS:g} seconds.")
    except TooMuchMemory:
        return _refused("too-much-memory", "Reading the document took more memory than is allowed.")
    except (ChildFailed, ValueError, TypeError, KeyError):
        return _refused("unreadable", "The document could not be read; the parser stopped.")


def parser_sandbox(size: int = 1) -> Sandbox:
    """The warm parsing processes of this process; one pool for each size that is asked for."""
    if size not in _pools:
        made = Sandbox("catalog.formats.worker", size=size, wall_seconds=WALL_SECONDS, wait_seconds=WAIT_SECONDS)
        # Nothing is started yet, so of two threads that come first together one may throw its own away.
        return _pools.setdefault(size, made)
    return _pools[size]


def _refused(rule: str, message: str) -> Refused:
    return Refused((Finding(ERROR, rule, message),))
