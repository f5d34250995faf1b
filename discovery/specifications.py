"""Specifications that lie beside published services become versions of APIs, one by one and each by itself.

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
from discovery.models import DiscoveredService, SpecificationOutcome, Standing
from discovery.offering import Offer, offer_of
from discovery.origins import note_origins
from discovery.querysets import DiscoveredServiceQuerySet

_NOTE_LENGTH = 2_000
# What a mistake of ours about one document raises: it is no reason to keep all others waiting.
_MISTAKES = (ArithmeticError, AttributeError, DataError, LookupError, RecursionError, TypeError, ValueError)
log = logging.getLogger(__name__)

_WITH = ("source", "environment", "service__owner", "service__domain", "service__system", "specification")


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


def _outcome(row: DiscoveredService, now: datetime) -> tuple[SpecificationOutcome, str, int | None]:
    """The outcome with what is to be said about it and the version it is, if it is one."""
    try:
        offer = offer_of(row)
        return SpecificationOutcome.PUBLISHED, "", offer.known_version_id or _published(row, offer, now)
    except Unavailable:
        raise
    except SpecificationRefused as refused:
        return SpecificationOutcome.REFUSED, _found(refused), None
    except Conflict as conflict:
        return SpecificationOutcome.DIFFERS, conflict.detail, None
    except PorticoError as error:
        return SpecificationOutcome.REFUSED, error.detail, None
    except _MISTAKES:
        log.exception("discovery.specification.broke row=%s", row.pk)
        return SpecificationOutcome.REFUSED, "Portico itself failed at this document. The log says where.", None


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
    note_origins([row], result.version.pk, now)
    return result.version.pk


def _found(refused: SpecificationRefused) -> str:
    """The first finding with its place."""
    finding = refused.findings[0]
    places = [finding.pointer] if finding.pointer else []
    if finding.line is not None:
        places.append(f"line {finding.line}")
    return f"{finding.message} ({', '.join(places)})" if places else finding.message
