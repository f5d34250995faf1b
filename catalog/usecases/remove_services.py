"""Taking back services that a room made and nobody has touched."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import Happened, record_all
from accounts.models import AuditEvent
from catalog.models import Service
from catalog.permissions import Action
from catalog.querysets import is_visible
from catalog.search.index import remove
from common.access import require

_CREATED = "catalog.service.created"


def why_kept(service: Service, actor: Actor) -> str:
    """A sentence when something hangs on the service or a person changed it, else nothing; six queries at most.

    It names only what the actor may know of.
    """
    for name, words in (
        ("provides", "provides the API {}"),
        ("consumes", "is said to consume the API {}"),
        ("depends_on", "is said to depend on {}"),
        ("depended_on_by", "is needed by {}"),
        ("pages", "has the page {}"),
    ):
        first = getattr(service, name).order_by("pk").first()
        if first is not None and (name == "pages" or is_visible(actor, first)):
            return f"{service.title} {words.format(first.title)}."
        if first is not None:
            return f"{service.title} is tied to an entry of another team."
    events = AuditEvent.objects.filter(object_type=Service._meta.model_name, object_id=service.pk)
    edited = events.exclude(actor_kind="system").exclude(action=_CREATED).order_by("at").first()
    return f"{service.title} was changed by {edited.actor_name} since." if edited else ""


def remove_services(*, actor: Actor, services: Collection[Service], now: datetime) -> None:
    """The services are no longer in the catalog and not found; the audit trail keeps that they were.

    For services that ``why_kept`` has nothing against. The action is only ever lent.
    """
    with transaction.atomic():
        for service in services:
            require(actor, Action.SERVICE_REMOVE, service)
            remove("service", service.pk)
        events = [Happened(service.pk, service.slug, service.owner_id) for service in services]
        record_all(actor=actor, action="catalog.service.removed", model=Service, events=events, now=now)
        Service.objects.filter(pk__in=[service.pk for service in services]).delete()
