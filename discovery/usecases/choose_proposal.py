"""A person corrects what would be published."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from common.errors import Conflict
from discovery.choosing import choice_of
from discovery.deciding import is_open, keep, note, rows_to_decide
from discovery.models import DiscoveredService
from discovery.rejudging import judge_again


def choose_proposal(
    *, actor: Actor, discovered: Sequence[DiscoveredService], values: Mapping[str, str | None], now: datetime
) -> list[DiscoveredService]:
    """The rows whose choice this changed, judged again with it; every later run keeps to it.

    ``values`` are slugs by field (kind, domain, system, owner, visibility): an empty one says that there is none,
    ``None`` takes the choice back. Raises ``Denied``, ``Invalid`` by field, and ``Conflict`` for rows that are decided:
    a published service is edited in the catalog.
    """
    choice = choice_of(values)
    undone = {name for name, value in values.items() if value is None}
    with transaction.atomic():
        rows = rows_to_decide(actor, discovered)
        decided = next((row for row in rows if not is_open(row)), None)
        if decided is not None:
            raise Conflict(f"{decided.name} is {decided.standing}. Its proposal can no longer be changed.")
        before = {row.pk: dict(row.chosen) for row in rows}
        changed = []
        for row in rows:
            row.chosen = {name: value for name, value in row.chosen.items() if name not in undone}
            choice.put(row)
            if row.chosen != before[row.pk]:
                changed.append(row)
        judge_again(changed)
        keep(changed)
        note("chosen", changed, actor=actor, now=now, difference=lambda row: {"chosen": (before[row.pk], row.chosen)})
    return changed
