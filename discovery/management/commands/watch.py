import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

from discovery.runs.collector import collecting_seldom
from discovery.watching.process import Watchers


class Command(BaseCommand):
    help = "Follow the sources that tell of changes by themselves, until asked to stop."

    def handle(self, *_: Any, **_options: Any) -> None:
        stop = Event()
        for asked in (signal.SIGTERM, signal.SIGINT):
            signal.signal(asked, lambda *_: stop.set())
        with collecting_seldom():
            Watchers().run(stop)
