"""Makes the first administrator and prints username and password once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.usecases.create_administrator import USERNAME, create_first_administrator
from common.errors import Invalid


class Command(BaseCommand):
    help = "Create the first administrator and print username and password; the password cannot be shown again."

    def handle(self, **options: Any) -> None:
        try:
            made = create_first_administrator(timezone.now())
        except Invalid as error:
            raise CommandError(f"“{USERNAME}” cannot be created: {error}") from None
        if made is None:
            raise CommandError(
                "There is an administrator already. Where only the password is lost, run"
                " “manage.py changepassword USERNAME”."
            )
        user, password = made
        self.stdout.write(f"username: {user.username}\npassword: {password}")
