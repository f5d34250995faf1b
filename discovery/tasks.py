"""What discovery leaves to the background. Messages are nudges; the rows say what is queued, due or lost."""

import time
from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts.actor import system_actor
from discovery.permissions import Action
from discovery.runs import claim, upkeep
from discovery.runs.engine import execute
from discovery.runs.queue import has_queued, nudge
from discovery.usecases.queue_due_runs import queue_due_runs

SCHEDULER = system_actor("schedule", Action.SOURCE_RUN)

# After that long no further run is begun: the next nudge goes on, and limits of time can be those of one run.
BEGIN_SECONDS = 300
# For writing and publishing what a run has found, after the time in which it may listen.
WRITE_SECONDS = 1800
_LONGEST = BEGIN_SECONDS + settings.PORTICO_RUN_SECONDS + WRITE_SECONDS


@shared_task
def run_due(**_: Any) -> None:
    """Sources that are due are queued, lost runs have ended, what is missing for too long is retired."""
    now = timezone.now()
    claim.recover_lost(now)
    queue_due_runs(actor=SCHEDULER, now=now)
    if has_queued():
        nudge()
    upkeep.retire(now)
    upkeep.forget_old_runs()


@shared_task(soft_time_limit=_LONGEST, time_limit=_LONGEST + 60)
def work(**_: Any) -> None:
    """No run is queued any more at a source where nobody works."""
    until = time.monotonic() + BEGIN_SECONDS
    while time.monotonic() < until and (claimed := claim.claim_next(timezone.now())) is not None:
        execute(claimed)
