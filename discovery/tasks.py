"""What discovery leaves to the background. Messages are nudges; the rows say what is queued, due or lost."""

import time
from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts.actor import system_actor
from discovery import specifications, surroundings
from discovery.fetching import claim as fetching_claim
from discovery.fetching import drift
from discovery.fetching import due as fetching_due
from discovery.fetching.engine import BATCH_SECONDS, fetch_due
from discovery.models import Rejudging
from discovery.nudges import nudge_fetching, nudge_specifications
from discovery.permissions import Action
from discovery.runs import claim, upkeep
from discovery.runs.engine import execute
from discovery.runs.queue import has_queued, nudge
from discovery.usecases.apply_rules import apply_rules as apply_rules_to
from discovery.usecases.queue_due_runs import queue_due_runs

SCHEDULER = system_actor("schedule", Action.SOURCE_RUN)
RULES = system_actor("publication rules", Action.RULE_MANAGE)

# After that long no further run is begun: the next nudge goes on, and limits of time can be those of one run.
BEGIN_SECONDS = 300
# For writing and publishing what a run has found, after the time in which it may listen.
WRITE_SECONDS = 1800
# Well within the limit of a task; what is left is found again within a minute.
SPECIFICATION_SECONDS = 120
SPECIFICATION_BATCH = 20
# Short, because runs wait for it; a batch that was begun goes on to its end.
FETCH_SECONDS = 45
_LONGEST_FETCH = FETCH_SECONDS + BATCH_SECONDS + 120
_LONGEST = BEGIN_SECONDS + settings.PORTICO_RUN_SECONDS + WRITE_SECONDS


@shared_task
def run_due(**_: Any) -> None:
    """Sources that are due are queued, lost runs have ended and left no files, rules left half applied are applied,
    what is missing for too long is retired."""
    now = timezone.now()
    claim.recover_lost(now)
    queue_due_runs(actor=SCHEDULER, now=now)
    if has_queued():
        nudge()
    drift.compare_overdue()
    if specifications.are_due():
        nudge_specifications()
    fetching_due.notice(now)
    if fetching_claim.sources_due():
        nudge_fetching()
    if Rejudging.objects.exists():
        apply_rules.delay()
    surroundings.remove_left_behind()
    upkeep.retire(now)
    upkeep.forget_old_runs()
    upkeep.forget_documents(now)


@shared_task(soft_time_limit=_LONGEST, time_limit=_LONGEST + 60)
def work(**_: Any) -> None:
    """No run is queued any more at a source where nobody works."""
    until = time.monotonic() + BEGIN_SECONDS
    while time.monotonic() < until and (claimed := claim.claim_next(timezone.now())) is not None:
        execute(claimed)


@shared_task
def publish_specifications(**_: Any) -> None:
    """No specification of a published service waits, unless no process is free to read it."""
    until = time.monotonic() + SPECIFICATION_SECONDS
    while time.monotonic() < until:
        done = specifications.publish_specifications(now=timezone.now(), limit=SPECIFICATION_BATCH)
        if done.is_busy or not done.count or not done.remaining:
            return


@shared_task(soft_time_limit=_LONGEST_FETCH, time_limit=_LONGEST_FETCH + 60)
def fetch_specifications(**_: Any) -> None:
    """Services that are due have been asked for their specifications, as many as there was time for."""
    done = fetch_due(timezone.now, time.monotonic() + FETCH_SECONDS)
    if done.documents:
        nudge_specifications()


@shared_task(soft_time_limit=WRITE_SECONDS, time_limit=WRITE_SECONDS + 60)
def apply_rules(**_: Any) -> None:
    """What is stored in the sources that are due is judged by the rules of now."""
    for source_id in Rejudging.objects.order_by("asked_at", "pk").values_list("source_id", flat=True):
        apply_rules_to(actor=RULES, source_id=source_id, now=timezone.now())
