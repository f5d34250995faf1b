"""What the catalog does when the room below changes: teams are found by search, and entries show their titles."""

from collections.abc import Collection
from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from accounts.models import Team
from catalog.search.index import reindex_team

_SHOWN = {"slug", "title", "description"}


@receiver(post_save, sender=Team, dispatch_uid="catalog.team_saved")
def team_saved(instance: Team, update_fields: Collection[str] | None = None, **_: Any) -> None:
    """Index the team, in the transaction that saves it."""
    if update_fields is None or _SHOWN.intersection(update_fields):
        reindex_team(instance.pk)
