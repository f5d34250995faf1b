"""Catalog services that a discovered one may be, found by a few letters."""

from django.db.models import Q

from accounts.actor import Actor
from catalog.models import Service

FOUND_AT_MOST = 10


def find_services(actor: Actor, text: str) -> list[Service]:
    """The first visible services whose title or slug holds the text, by title; one query, none without a text."""
    text = text.replace("\x00", "").strip()[:100]
    if not text:
        return []
    found = Service.objects.visible_to(actor).filter(Q(title__icontains=text) | Q(slug__icontains=text))
    return list(found.select_related("owner", "system").defer("description").order_by("title", "pk")[:FOUND_AT_MOST])
