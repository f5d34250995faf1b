"""``python -m bench.session [ROLE]`` prints the cookie of a signed-in person without a team, to read pages with."""

import argparse
import os

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()

from django.conf import settings
from django.test import Client

from accounts.models import Role, User


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("role", nargs="?", choices=Role.values, default=Role.VIEWER)
    role = parser.parse_args().role
    client = Client()
    client.force_login(User.objects.create_user(f"bench-{role}", role=role))
    print(client.cookies[settings.SESSION_COOKIE_NAME].OutputString().partition(";")[0])


if __name__ == "__main__":
    main()
