"""Looking for the specification of a running service at once."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from common.access import require
from common.errors import Conflict
from discovery.fetching.due import fetching_kinds, is_looked_at
from discovery.models import DiscoveredService, SpecificationFetch
from discovery.nudges import nudge_fetching
from discovery.permissions import Action

#: One look can be sixty requests to a service: who asks again and again is not to storm it by way of Portico.
PAUSE = timedelta(seconds=15)


def fetch_specification(*, actor: Actor, discovered: DiscoveredService, now: datetime) -> SpecificationFetch:
    """The specification is due to be looked for now, whatever was found before; a worker is told at commit.

    What was looked for only just now is due after a pause. What is due already stays so and leaves no audit event.
    ``discovered`` comes with its source. Raises ``Denied``, and ``Conflict`` for a service that is not there or whose
    source cannot be asked.
    """
    require(actor, Action.SOURCE_RUN, discovered.source)
    if discovered.source.kind not in fetching_kinds():
        raise Conflict("Specifications are fetched from services of live clusters only.")
    if not is_looked_at(discovered):
        raise Conflict(f"{discovered.name} is not there, was left out, or its source is paused.")
    with transaction.atomic():
        fetch, _ = SpecificationFetch.objects.select_for_update(no_key=True).get_or_create(
            discovered=discovered, defaults={"noticed_at": discovered.changed_at}
        )
        soonest = max(now, fetch.checked_at + PAUSE) if fetch.checked_at is not None else now
        if fetch.due_at is not None and fetch.due_at <= soonest:
            return fetch
        fetch.due_at = soonest
        fetch.save(update_fields=["due_at"])
        record(
            actor=actor,
            action="discovery.specification.asked",
            obj=discovered,
            name=f"{discovered.source.name} {discovered.key}"[:200],
            team_id=discovered.source.owner_id,
            now=now,
        )
        transaction.on_commit(nudge_fetching)
    return fetch
