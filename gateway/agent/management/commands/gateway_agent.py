"""`manage.py gateway_agent`: the agent of one Envoy, until it is asked to stop."""

import asyncio
import logging
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from gateway.agent.agent import Agent
from gateway.agent.settings import CannotRun


class Command(BaseCommand):
    help = "Gives the Envoy beside it what the portal says, and the portal what Envoy says. Needs no database."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        logging.captureWarnings(True)
        try:
            settings.GATEWAY.require()
            asyncio.run(_run())
        except CannotRun as error:
            raise CommandError(str(error)) from None


async def _run() -> None:
    agent = Agent(settings.GATEWAY)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, agent.stop.set)
    await agent.run()
