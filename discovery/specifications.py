"""Specifications of published services become versions of APIs, one by one and each by itself.

A document that lies beside a service is what somebody wants published. One that was fetched from the running service
is what happens to run: it is the API's first version, and after that compared with what is published, and never
published by itself but as a draft where a rule says so (``docs/decisions/0020``).

Which are due is in the rows (outcome «found»), so the work can be killed anywhere and begun again. What a document is
refused for is an outcome of its row and stops nothing.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import DataError

from catalog.usecases.publish_version import SpecificationRefused, publish_version
from common.errors import Conflict, PorticoError, Unavailable
from discovery.actors import discovery
from discovery.fetching import drift
from discovery.fetching.reading import finding_of
from discovery.models import DiscoveredService, SpecificationOutcome, Standing
from discovery.offering import Offer, offer_of
from discovery.querysets import DiscoveredServiceQuerySet

_NOTE_LENGTH = 2_000
# What a mistake of ours about one document raises: it is no reason to keep all others waiting.
_MISTAKES = (ArithmeticError, AttributeError, DataError, LookupError, RecursionError, TypeError, ValueError)
log = logging.getLogger(__name__)

_WITH = (
    "source", "environment", "service__owner", "service__domain", "service__system", "specification", "fetch", "rule",
)  # fmt: skip

Outcome = tuple[SpecificationOutcome, str, int | None]


@dataclass(frozen=True, slots=True)
class SpecificationsDone:
    """What became of one batch, and how many are due after it. ``is_busy``: no process was free to read documents, so
    the rest is for later."""

    published: int = 0
    refused: int = 0
    differing: int = 0
    remaining: int = 0
    is_busy: bool = False

    @property
    def count(self) -> int:
        return self.published + self.refused + self.differing


def publish_specifications(
    *,
    now: datetime,
    source_id: int | None = None,
    limit: int = 50,
    beat: Callable[[], None] = lambda: None,
) -> SpecificationsDone:
    """Publish up to ``limit`` due specifications, of one source or of all; production first.

    ``beat`` is called before each, as a sign of life; what it raises ends the batch. Opens its own transactions.
    """
    outcomes = dict.fromkeys(SpecificationOutcome, 0)
    is_busy = False
    for row_id in list(_due(source_id).values_list("pk", flat=True)[:limit]):
        beat()
        try:
            outcome = _publish(row_id, now)
        except Unavailable:
            is_busy = True
            break
        outcomes[outcome] += 1
    return SpecificationsDone(
        published=outcomes[SpecificationOutcome.PUBLISHED],
        refused=outcomes[SpecificationOutcome.REFUSED],
        differing=outcomes[SpecificationOutcome.DIFFERS],
        remaining=_due(source_id).count(),
        is_busy=is_busy,
    )


def are_due(source_id: int | None = None) -> bool:
    """Whether a specification waits, of that source or of any."""
    return _due(source_id).exists()


def _due(source_id: int | None) -> DiscoveredServiceQuerySet:
    due = DiscoveredService.objects.filter(
        standing=Standing.PUBLISHED,
        specification_outcome=SpecificationOutcome.FOUND,
        specification__isnull=False,
        service__isnull=False,
    )
    if source_id is not None:
        due = due.filter(source_id=source_id)
    return due.order_by("environment__position", "source__name", "key")


def _publish(row_id: int, now: datetime) -> SpecificationOutcome:
    row = _due(None).select_related(*_WITH).filter(pk=row_id).first()
    if row is None:
        return SpecificationOutcome.NONE
    outcome, note, version_id = _outcome(row, now)
    # Only while it is still this document of this service: what became of it meanwhile is due by itself.
    same = DiscoveredService.objects.filter(
        pk=row_id,
        specification_id=row.specification_id,
        specification_outcome=SpecificationOutcome.FOUND,
        service_id=row.service_id,
        standing=Standing.PUBLISHED,
    )
    same.update(
        specification_outcome=outcome, specification_note=note[:_NOTE_LENGTH], specification_version_id=version_id
    )
    return outcome


def _outcome(row: DiscoveredService, now: datetime) -> Outcome:
    """The outcome with what is to be said about it and the version it is, if it is one."""
    try:
        offer = offer_of(row)
        if is_fetched(row):
            return _of_fetched(row, offer, now)
        version_id = offer.known_version_id or _published(row, offer, now)
        drift.forget(row.pk)
        return SpecificationOutcome.PUBLISHED, "", version_id
    except Unavailable:
        raise
    except SpecificationRefused as refused:
        return SpecificationOutcome.REFUSED, finding_of(refused), None
    except Conflict as conflict:
        return _of_conflict(row, conflict, now)
    except PorticoError as error:
        return SpecificationOutcome.REFUSED, error.detail, None
    except _MISTAKES:
        log.exception("discovery.specification.broke row=%s", row.pk)
        return SpecificationOutcome.REFUSED, "Portico itself failed at this document. The log says where.", None


def is_fetched(row: DiscoveredService) -> bool:
    """Whether the row's document is one that its running service gave; the row comes with both."""
    fetch = getattr(row, "fetch", None)
    return fetch is not None and bool(fetch.sha256) and fetch.sha256 == row.specification.sha256


def _of_fetched(row: DiscoveredService, offer: Offer, now: datetime) -> Outcome:
    found = drift.compared(row, offer.api)
    if found is None:
        return SpecificationOutcome.PUBLISHED, "", _published(row, offer, now)
    if not found.found:
        drift.forget(row.pk)
        return SpecificationOutcome.PUBLISHED, "", found.version.pk
    draft_id = None
    if row.rule is not None and row.rule.publishes_drafts:
        draft_id = drift.published_draft(row, offer, found.running, now)
    drift.note(row, found, draft_id, now)
    return SpecificationOutcome.DIFFERS, _sentence(found), None


def _of_conflict(row: DiscoveredService, conflict: Conflict, now: datetime) -> Outcome:
    """A document beside its service that differs from the version of its name: how, if it can be told."""
    try:
        found = drift.compared(row, offer_of(row).api)
    except Unavailable:
        raise
    except PorticoError:
        return SpecificationOutcome.DIFFERS, conflict.detail, None
    if found is None:
        return SpecificationOutcome.DIFFERS, conflict.detail, None
    drift.note(row, found, None, now)
    if not found.found:
        return SpecificationOutcome.PUBLISHED, "", found.version.pk
    return SpecificationOutcome.DIFFERS, conflict.detail, None


def _sentence(found: drift.Compared) -> str:
    return f"Against version {found.version.name}: {found.found.sentence}."


def _published(row: DiscoveredService, offer: Offer, now: datetime) -> int:
    result = publish_version(
        actor=discovery(),
        api=offer.api,
        version="auto",
        document=row.specification.content,
        media_type=row.specification.media_type,
        metadata=offer.metadata,
        now=now,
        keeps_drafts=True,
    )
    return result.version.pk
