"""Saying that a discovered service is not the catalog service it was matched to."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from discovery.deciding import keep, lay_to_rest, lift, note, rows_to_decide, unlink
from discovery.models import DiscoveredService, Standing, Verdict
from discovery.provenance import restate_services
from discovery.rejudging import judge_again


def part_discovered(*, actor: Actor, discovered: Sequence[DiscoveredService], now: datetime) -> list[DiscoveredService]:
    """The rows that were places of a service and are not now: no run matches them to it again.

    They are judged anew, as what they may be besides. The service stays in the catalog. Raises ``Denied``.
    """
    with transaction.atomic():
        rows = [row for row in rows_to_decide(actor, discovered) if _is_place(row)]
        before = {row.pk: row.service for row in rows}
        lift(rows, actor=actor, now=now, verdict=Verdict.MERGED)
        lay_to_rest(rows, Verdict.PARTED, actor=actor, now=now, service_of=lambda row: row.service)
        note("parted", rows, actor=actor, now=now, difference=lambda row: {"service": (row.service.slug, None)})
        for row in rows:
            unlink(row)
        judge_again(rows)
        keep(rows)
        restate_services({service.pk for service in before.values()}, now)
    return rows


def _is_place(row: DiscoveredService) -> bool:
    return row.service is not None and row.standing in (Standing.MATCHED, Standing.PUBLISHED)
