import json
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actor import system_actor
from discovery.models import UNDER_WAY, Run, RunState, Source
from discovery.permissions import Action
from discovery.runs.claim import claim, recover_lost
from discovery.runs.engine import execute
from discovery.runs.lost import LOST
from discovery.runs.summary import summary
from discovery.usecases.queue_run import queue_run

WAIT_SECONDS = 0.5


class Command(BaseCommand):
    help = "Run a source, here or in the worker that already does, and print the end of the run as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the name of the source")

    def handle(self, *_: Any, name: str, **_options: Any) -> None:
        source = Source.objects.filter(name=name).first()
        if source is None:
            raise CommandError(f"There is no source named {name}.")
        actor = system_actor("command line", Action.SOURCE_RUN)
        run = ended(queue_run(actor=actor, source=source, now=timezone.now()))
        self.stdout.write(json.dumps(summary(run), indent=2))
        if run.state == RunState.FAILED:
            raise SystemExit(1)


def ended(run: Run) -> Run:
    """The run at its end, done here unless a worker does it; one that lost its worker is followed by the next."""
    while True:
        run = Run.objects.select_related("source").get(pk=run.pk)
        if run.state == RunState.QUEUED and (claimed := claim(run.source_id, timezone.now())) is not None:
            execute(claimed)
        elif run.state in UNDER_WAY:
            recover_lost(timezone.now())
            time.sleep(WAIT_SECONDS)
        elif run.error_code == LOST and (after := _after(run)) is not None:
            run = after
        else:
            return run


def _after(run: Run) -> Run | None:
    return Run.objects.filter(source=run.source_id, state__in=UNDER_WAY, number__gt=run.number).first()
