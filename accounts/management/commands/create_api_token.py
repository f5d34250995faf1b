"""Makes an API token for scripts and prints it alone on stdout."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.actor import Actor, system_actor
from accounts.models import Role, Scope, Team
from accounts.permissions import Action
from accounts.usecases.create_team import create_team
from accounts.usecases.create_token import create_token
from common.errors import Invalid


class Command(BaseCommand):
    help = "Create an API token of a team or of an administrator and print it; it cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True, help="what the token is for")
        holder = parser.add_mutually_exclusive_group(required=True)
        holder.add_argument("--team", help="short name of the team; a missing team is created")
        holder.add_argument("--admin", action="store_true", help="an administrator's token")
        parser.add_argument(
            "--scope", action="append", choices=Scope.values, help="may be repeated; publish by default"
        )

    def handle(self, **options: Any) -> None:
        actor = system_actor("command line", Action.TEAM_CREATE, Action.TOKEN_CREATE)
        try:
            with transaction.atomic():
                holder = Role.ADMINISTRATOR if options["admin"] else _team(actor, options["team"])
                _, secret = create_token(
                    actor=actor,
                    holder=holder,
                    name=options["name"],
                    scopes=options["scope"] or [Scope.PUBLISH],
                    now=timezone.now(),
                )
        except Invalid as error:
            raise CommandError(str(error)) from None
        self.stdout.write(secret)


def _team(actor: Actor, slug: str) -> Team:
    team = Team.objects.filter(slug=slug).first()
    if team is not None:
        return team
    title = slug.replace("-", " ").capitalize()
    return create_team(actor=actor, slug=slug, title=title, now=timezone.now())
