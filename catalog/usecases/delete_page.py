"""Removing a documentation page."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from catalog.models import API, Service
from catalog.permissions import Action
from catalog.search.index import remove
from common.access import require
from common.errors import NotFound


def delete_page(*, actor: Actor, entry: API | Service, slug: str, now: datetime) -> None:
    """The entry no longer has a page of that slug. Raises ``NotFound`` when it had none."""
    require(actor, Action.API_EDIT if isinstance(entry, API) else Action.SERVICE_EDIT, entry)
    with transaction.atomic():
        page = entry.pages.filter(slug=slug).first()
        if page is None:
            raise NotFound
        difference = {"docs": ({slug: len(page.body)}, {slug: None})}
        remove("page", page.pk)
        page.delete()
        record(
            actor=actor,
            action=f"catalog.{entry._meta.model_name}.edited",
            obj=entry,
            name=entry.slug,
            team_id=entry.owner_id,
            difference=difference,
            now=now,
        )
