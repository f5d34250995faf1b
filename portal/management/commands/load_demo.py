"""Fills the portal with a bank that does not exist, published through the REST API like anybody's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.core.wsgi import get_wsgi_application
from django.utils import timezone

from accounts.actor import system_actor
from accounts.models import ApiToken, Role, Scope, User
from accounts.permissions import Action
from accounts.usecases.create_token import create_token
from accounts.usecases.revoke_token import revoke_token
from demo.client import Client, RequestFailed
from demo.load import load


class Command(BaseCommand):
    help = "Load the demo's bank. What is there already stays as it is."

    def handle(self, **options: Any) -> None:
        say = self.stdout.write if options["verbosity"] else lambda _line: None
        with _tokens() as (token, of_person):
            client = Client(get_wsgi_application(), settings.PORTICO_URL, token)

            def person(username: str) -> Client:
                return replace(client, token=of_person(username))

            try:
                load(client, person, home=settings.PORTICO_HOME, now=timezone.localtime(), say=say)
            except RequestFailed as failure:
                raise CommandError(f"The demo was not loaded: {failure}") from None


@contextmanager
def _tokens() -> Iterator[tuple[str, Callable[[str], str]]]:
    """A token that may make people and teams, and what gives one that may get access in a person's name; for the time
    of the block and an hour at most."""
    actor = system_actor("demo", Action.TOKEN_CREATE, Action.TOKEN_REVOKE)
    made: list[ApiToken] = []

    def make(holder: User | Role, name: str, *scopes: Scope) -> str:
        now = timezone.now()
        end = now + timedelta(hours=1)
        token, secret = create_token(actor=actor, holder=holder, name=name, scopes=scopes, expires_at=end, now=now)
        made.append(token)
        return secret

    @cache
    def of_person(username: str) -> str:
        return make(User.objects.get(username=username), "laptop", Scope.MARKETPLACE)

    try:
        yield make(Role.ADMINISTRATOR, "load demo", Scope.PUBLISH, Scope.DISCOVERY, Scope.MARKETPLACE), of_person
    finally:
        for token in made:
            revoke_token(actor=actor, token=token, now=timezone.now())
