"""Adding a service to the catalog."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.actor import Actor
from accounts.audit import record
from catalog.changes import validate
from catalog.entries import write_entry
from catalog.metadata import ServiceMetadata
from catalog.models import Service
from catalog.permissions import Action
from catalog.references import owner_of_new, resolved
from catalog.search.index import reindex_service
from common.access import require
from common.errors import Conflict


def create_service(*, actor: Actor, slug: str, metadata: ServiceMetadata, now: datetime) -> Service:
    """A service of that slug, owned by the team ``metadata`` names or the actor's only one.

    Raises ``Invalid`` by field and ``Conflict`` when the name is taken, whoever may see the service that has it.
    """
    owner = owner_of_new(metadata.get("owner"), actor)
    require(actor, Action.SERVICE_CREATE, owner)
    values = {"title": slug, **resolved(metadata, actor), "owner": owner}
    service = Service(slug=slug)
    validate(service, ["slug"])
    try:
        with transaction.atomic():
            write_entry(service, values, actor=actor, now=now)
            reindex_service(service.pk)
            record(
                actor=actor,
                action="catalog.service.created",
                obj=service,
                name=slug,
                team_id=owner.pk,
                now=now,
            )
    except IntegrityError:
        raise Conflict(f"The name {slug} is taken.") from None
    return service
