"""Fills the portal with a bank that does not exist, published through the REST API like anybody's."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.core.wsgi import get_wsgi_application
from django.utils import timezone

from accounts.actor import system_actor
from accounts.models import Role, Scope
from accounts.permissions import Action
from accounts.usecases.create_token import create_token
from accounts.usecases.revoke_token import revoke_token
from demo.client import Client, RequestFailed
from demo.load import load


class Command(BaseCommand):
    help = "Load the demo's bank. What is there already stays as it is."

    def handle(self, **options: Any) -> None:
        say = self.stdout.write if options["verbosity"] else lambda _line: None
        with _administrators_token() as token:
            client = Client(get_wsgi_application(), settings.PORTICO_URL, token)
            try:
                load(client, home=settings.PORTICO_HOME, today=timezone.localdate(), say=say)
            except RequestFailed as failure:
                raise CommandError(f"The demo was not loaded: {failure}") from None


@contextmanager
def _administrators_token() -> Iterator[str]:
    """A token that may make people and teams, for the time of the block and an hour at most."""
    actor = system_actor("demo", Action.TOKEN_CREATE, Action.TOKEN_REVOKE)
    now = timezone.now()
    token, secret = create_token(
        actor=actor,
        holder=Role.ADMINISTRATOR,
        name="load demo",
        scopes=[Scope.PUBLISH, Scope.DISCOVERY],
        expires_at=now + timedelta(hours=1),
        now=now,
    )
    try:
        yield secret
    finally:
        revoke_token(actor=actor, token=token, now=timezone.now())
