"""Removing a domain, a system or an environment that nothing belongs to."""

from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError

from accounts.actor import Actor
from accounts.audit import record
from catalog.groupings import MANAGE, Grouping
from catalog.search.index import remove
from common.access import require
from common.errors import Conflict


def delete_grouping(*, actor: Actor, grouping: Grouping, now: datetime) -> None:
    """The grouping is gone. Raises ``Conflict`` while entries, systems or instances belong to it."""
    require(actor, MANAGE[type(grouping)], grouping)
    noun, pk = grouping._meta.model_name, grouping.pk
    with transaction.atomic():
        record(
            actor=actor,
            action=f"catalog.{noun}.deleted",
            obj=grouping,
            name=grouping.slug,
            difference={"title": (grouping.title, None)},
            now=now,
        )
        try:
            grouping.delete()
        except ProtectedError:
            raise Conflict(f"The {noun} {grouping.slug} is in use. Move what belongs to it first.") from None
        remove(noun, pk)
