"""Listening to a connector: no transaction is open, and time, number and size are bounded."""

import logging
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext

from discovery.connectors.base import (
    Complete,
    Connector,
    ConnectorError,
    Derived,
    Observation,
    Partial,
    Phase,
    Problem,
    Progress,
    Same,
    Seen,
    Surroundings,
)
from discovery.runs.cleaning import plain
from discovery.runs.gathering import Enough, Gathered
from discovery.runs.journal import Journal
from discovery.runs.scrubbing import place_of
from discovery.runs.watchdog import Silent, watched

log = logging.getLogger(__name__)

MISTAKE = "This is a mistake in the connector. The log of the worker names its place."


class Broken(ConnectorError):
    """The connector failed in a way it did not foresee. The reason is in the log, without its text."""

    code = "connector-error"


class GaveNoSign(ConnectorError):
    """The connector yielded nothing for too long."""

    code = "no-sign-of-life"
    transient = True


def observe(connector: Connector, surroundings: Surroundings, journal: Journal, gathered: Gathered) -> None:
    """``gathered`` holds what the connector yields, until it ends or a bound is reached.

    Raises ``ConnectorError`` when nothing of it counts, and ``LostLease``.
    """
    try:
        _listen(connector, surroundings, journal, gathered)
    except Partial as error:
        gathered.partial = error
        journal.fault()
    except Enough as reached:
        gathered.note(reached.problem)
        journal.fault()
    except Silent:
        raise GaveNoSign("The connector gave no sign of life.", "The place may be slow. Try again later.") from None
    gathered.finish()


def _listen(connector: Connector, surroundings: Surroundings, journal: Journal, gathered: Gathered) -> None:
    with watched() as pat:
        seen = _yielded(connector, surroundings)
        with closing(seen) if hasattr(seen, "close") else nullcontext():
            for one in seen:
                _take(one, journal, gathered)
                if journal.tick():
                    pat()
                    if time.monotonic() > surroundings.deadline:
                        raise Enough("took-too-long", "The run took too long; the rest was not read.")


def _yielded(connector: Connector, surroundings: Surroundings) -> Iterator[Seen]:
    with foreign(surroundings.source):
        yield from connector.observe(surroundings)


@contextmanager
def foreign(source: str) -> Iterator[None]:
    """Inside, a connector works: anything but a ``ConnectorError`` that it raises becomes ``Broken``."""
    try:
        yield
    except ConnectorError:
        raise
    except (Exception, SystemExit) as error:
        # The text of a foreign exception may hold a secret; its type and place do not.
        log.error(
            "discovery.run.connector_broke source=%s error=%s place=%s", source, type(error).__name__, place_of(error)
        )
        raise Broken(f"The connector failed with {type(error).__name__}.", MISTAKE) from None


def _take(seen: Seen, journal: Journal, gathered: Gathered) -> None:
    try:
        _dispatch(seen, journal, gathered)
    except (ArithmeticError, AttributeError, TypeError, ValueError) as error:
        raise Broken(f"The connector yielded a {type(seen).__name__} that cannot be read.", MISTAKE) from error


def _dispatch(seen: Seen, journal: Journal, gathered: Gathered) -> None:
    match seen:
        case Observation():
            if not journal.is_under_way:
                journal.begin("Read")
            gathered.take(seen)
            journal.counts["observed"] = len(gathered.observed)
            journal.advance()
        case Progress():
            journal.reach(int(seen.count))
        case Complete():
            gathered.note_complete(seen)
        case Derived() | Same():
            gathered.note_origin(seen)
        case Phase():
            journal.begin(gathered.hide(plain(seen.name))[:100], None if seen.total is None else int(seen.total))
        case Problem():
            gathered.note(seen)
            journal.problem_count = gathered.problem_count
            if seen.severity == "error":
                journal.fault()
        case _:
            raise TypeError
