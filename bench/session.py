"""``python -m bench.session`` prints the cookie of a signed-in person, a member of no team, for reading pages."""

import os

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()

from django.conf import settings
from django.test import Client

from accounts.models import User


def main() -> None:
    client = Client()
    client.force_login(User.objects.create_user("bench-reader"))
    print(client.cookies[settings.SESSION_COOKIE_NAME].OutputString().partition(";")[0])


if __name__ == "__main__":
    main()
