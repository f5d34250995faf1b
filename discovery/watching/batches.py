"""What a connector says has changed, cleaned and bounded as what a run sees."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from io import BytesIO

from django.conf import settings

from discovery.connectors.base import EVERYWHERE, ConnectorError
from discovery.connectors.watches import Changed
from discovery.facts import Spotted
from discovery.runs.gathering import Enough, Gathered, Limits
from discovery.runs.observe import MISTAKE, Broken
from discovery.runs.spool import Spool

# Specifications of one batch wait in memory.
SPECIFICATION_BYTES = 64_000_000


class TooMuch(ConnectorError):
    """A batch is larger than a run would read."""

    code = "too-large"


@dataclass(frozen=True, slots=True)
class Batch:
    """Everything there is in these scopes (kind, namespace), by key."""

    scopes: frozenset[tuple[str, str]] = frozenset()
    observed: dict[str, Spotted] = field(default_factory=dict)
    spool: Spool = field(default_factory=lambda: _spool())


def batch_of(changed: Changed, scrub: Callable[[str], str]) -> Batch:
    """The batch fit to be stored; raises ``ConnectorError`` when the connector breaks its contract or a bound."""
    gathered = Gathered(_spool(), _limits(), scrub)
    try:
        for scope in changed.scopes:
            gathered.note_complete(scope)
        for seen in changed.observations:
            gathered.take(seen)
    except Enough as reached:
        raise TooMuch(reached.problem.message, "Watch fewer namespaces, or raise the limits in the settings.") from None
    except (ArithmeticError, AttributeError, TypeError, ValueError) as error:
        raise Broken("The connector yielded a change that cannot be read.", MISTAKE) from error
    return Batch(frozenset(gathered.complete), gathered.observed, gathered.spool)


def later(before: Batch, after: Batch) -> Batch:
    """Both batches as one: of a scope that is in both, what the later says. Specifications are those of ``after``."""
    kept = {key: spotted for key, spotted in before.observed.items() if not _is_in(spotted, after.scopes)}
    return Batch(before.scopes | after.scopes, {**kept, **after.observed}, after.spool)


def _is_in(spotted: Spotted, scopes: Collection[tuple[str, str]]) -> bool:
    seen = spotted.seen
    return (seen.kind, EVERYWHERE) in scopes or (seen.kind, seen.namespace) in scopes


def _spool() -> Spool:
    return Spool(BytesIO(), at_most=SPECIFICATION_BYTES)


def _limits() -> Limits:
    return Limits(
        observations=settings.PORTICO_RUN_SERVICES, specification_bytes=settings.PORTICO_MAX_SPECIFICATION_BYTES
    )
