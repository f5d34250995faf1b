"""Revokes keys at a steady pace: ``python -m bench.steadily PER_SECOND`` reads their public ids from stdin.

It says how many it revoked and in how many seconds. By the use case and not through the site, which is not what is
measured here and would not let this machine keep the pace.
"""

import json
import os
import sys
import time

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()

from django.utils import timezone

from accounts.actor import system_actor
from marketplace.models import Credential
from marketplace.permissions import Action
from marketplace.usecases.revoke_credential import revoke_credential

_ACTOR = system_actor("bench", Action.CREDENTIAL_REVOKE)


def revoke_all(names: list[str], per_second: float) -> float:
    """Seconds from the first to the end of the last."""
    begun = time.monotonic()
    for number, name in enumerate(names):
        time.sleep(max(begun + number / per_second - time.monotonic(), 0))
        credential = Credential.objects.select_related("subscription").get(public_id=name)
        revoke_credential(actor=_ACTOR, credential=credential, now=timezone.now())
    return time.monotonic() - begun


def main() -> None:
    names = sys.stdin.read().split()
    # The first use of everything takes its time.
    Credential.objects.select_related("subscription").get(public_id=names[0])
    json.dump({"changes": len(names), "seconds": revoke_all(names, float(sys.argv[1]))}, sys.stdout)


if __name__ == "__main__":
    main()
