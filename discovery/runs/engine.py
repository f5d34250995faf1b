"""The life of a run: claimed, observed, applied, published, finished.

A worker may be killed between any two lines. Before the transaction of ``apply`` commits nothing has happened; after
it, what is left to publish is marked in the rows, and the next run goes on with it.
"""

import logging
import time
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from discovery.configuration import unsealed
from discovery.connectors.base import ConnectorError
from discovery.installed import connector_of
from discovery.models import Run, RunState, Source
from discovery.publishing import publish_batches
from discovery.runs.apply import apply
from discovery.runs.claim import Claimed, LostLease
from discovery.runs.collector import collecting_seldom
from discovery.runs.documents import publish_documents
from discovery.runs.finish import Outcome, finish
from discovery.runs.gathering import Gathered, Limits
from discovery.runs.journal import Journal
from discovery.runs.known import stored_digests
from discovery.runs.moment import database_now
from discovery.runs.observe import observe
from discovery.runs.origin import Origin
from discovery.runs.phases import APPLY, PUBLISH
from discovery.runs.scrubbing import scrubber
from discovery.runs.spool import Spool, spool_of
from discovery.surroundings import surroundings_of

log = logging.getLogger(__name__)


def execute(claimed: Claimed) -> None:
    """The claimed run has ended one way or another, or belongs to somebody else by now."""
    journal = Journal(claimed)
    try:
        stored = stored_digests(claimed.source_id)
        with collecting_seldom(), spool_of(Path(settings.PORTICO_HOME), claimed, stored) as spool:
            outcome = _outcome(claimed, journal, spool)
        finish(claimed, outcome, journal, timezone.now())
    except LostLease:
        log.warning("discovery.run.lease_lost run=%s generation=%s", claimed.run_id, claimed.generation)


def _outcome(claimed: Claimed, journal: Journal, spool: Spool) -> Outcome:
    gathered = Gathered(spool, _limits())
    try:
        _run(claimed, journal, gathered)
    except ConnectorError as error:
        return _ended(RunState.FAILED, gathered, error)
    except LostLease:
        raise
    except Exception:
        log.exception("discovery.run.broke run=%s", claimed.run_id)
        error = _Internal("Portico itself failed.", "The log of the worker says where.")
        return _ended(RunState.FAILED, gathered, error)
    if gathered.partial is not None or gathered.has_errors:
        return _ended(RunState.PARTIAL, gathered, gathered.partial)
    return _ended(RunState.COMPLETE, gathered, None)


class _Internal(ConnectorError):
    code = "internal-error"


def _run(claimed: Claimed, journal: Journal, gathered: Gathered) -> None:
    source = Source.objects.select_related("environment").get(pk=claimed.source_id)
    run = Run.objects.get(pk=claimed.run_id)
    connector = connector_of(source.kind)
    Run.objects.filter(pk=run.pk).update(connector_version=connector.version[:50])
    gathered.scrub = scrubber(unsealed(source).values())
    began = database_now()
    origin = Origin(source, connector, time.time())
    deadline = time.monotonic() + gathered.limits.seconds
    with surroundings_of(source, deadline, origin.known()) as surroundings:
        observe(connector, surroundings, journal, gathered)
    journal.problem_count = gathered.problem_count
    journal.begin(APPLY, len(gathered.observed))
    journal.counts = apply(claimed, gathered, run.started_at or run.queued_at, began, origin)
    journal.reach(len(gathered.observed))
    _publish(claimed, journal)
    publish_documents(claimed.source_id, journal)


def _limits() -> Limits:
    return Limits(
        seconds=settings.PORTICO_RUN_SECONDS,
        observations=settings.PORTICO_RUN_SERVICES,
        specification_bytes=settings.PORTICO_MAX_SPECIFICATION_BYTES,
    )


def _publish(claimed: Claimed, journal: Journal) -> None:
    """What rules want published is published, also what a killed run left; stops when a batch gets nowhere."""
    journal.begin(PUBLISH)
    published = 0
    for done in publish_batches(claimed.source_id):
        published += done.published
        journal.counts["published"] = published
        journal.reach(published)
        journal.write()


def _ended(state: RunState, gathered: Gathered, error: ConnectorError | None) -> Outcome:
    said, hint = (gathered.scrub(str(error.message)), gathered.scrub(str(error.hint))) if error else ("", "")
    return Outcome(state, gathered.problems, gathered.problem_count, error, said[:2000], hint[:2000])
