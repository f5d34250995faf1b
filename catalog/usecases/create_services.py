"""Adding many services to the catalog at once, set-based: for rooms that know of them by the thousand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.actor import Actor
from accounts.audit import Difference, Happened, record_all
from accounts.models import Team
from catalog.changes import validate
from catalog.models import Service
from catalog.naming import candidates, free_names
from catalog.permissions import Action
from catalog.search.index import reindex_services
from common.access import require
from common.errors import Conflict, Invalid
from common.locks import lock_until_commit

_BATCH = 1_000
_TRIES = 3
_CHECKED = ("slug", "title", "description", "kind", "visibility")


@dataclass(frozen=True, slots=True)
class NewService:
    """A service to be: the name it wants, what may stand in front of that when it is taken, and its values.

    ``because`` goes into the audit event: what made the actor do it (a rule), as field -> (before, after).
    """

    name: str
    prefixes: tuple[str, ...] = ()
    title: str = ""
    description: str = ""
    kind: str = "microservice"
    owner_id: int | None = None
    domain_id: int | None = None
    system_id: int | None = None
    visibility: str = "internal"
    because: Difference = field(default_factory=dict)


def create_services(
    *, actor: Actor, services: Sequence[NewService], now: datetime, leaves_unowned: bool = False
) -> list[Service]:
    """The services, in the order of ``services``, each under a free name; found by search from the commit on.

    Raises ``Denied`` when the actor may not create for one of the owners, ``Invalid`` for a value that breaks a rule
    and for a service without an owner unless the caller ``leaves_unowned``. A dozen statements for each thousand.
    """
    _permit(actor, {service.owner_id for service in services}, leaves_unowned)
    rows = [_row(service, now) for service in services]
    with transaction.atomic():
        # Whoever creates many takes turns; one by one created services are met by the unique name.
        lock_until_commit("catalog.service names")
        _insert(rows, services)
        reindex_services([row.pk for row in rows])
        events = [
            Happened(row.pk, row.slug, row.owner_id, new.because) for row, new in zip(rows, services, strict=True)
        ]
        record_all(actor=actor, action="catalog.service.created", model=Service, events=events, now=now)
    return rows


def _permit(actor: Actor, owner_ids: Collection[int | None], leaves_unowned: bool) -> None:
    teams = Team.objects.in_bulk([owner for owner in owner_ids if owner is not None])
    if None in owner_ids and not leaves_unowned:
        raise Invalid({"owner": "Name the team that will own this, or say that nobody does."})
    for owner in owner_ids:
        require(actor, Action.SERVICE_CREATE, teams[owner] if owner is not None else None)


def _row(new: NewService, now: datetime) -> Service:
    return Service(
        title=new.title[:300] or new.name[:300],
        description=new.description,
        kind=new.kind,
        owner_id=new.owner_id,
        domain_id=new.domain_id,
        system_id=new.system_id,
        visibility=new.visibility,
        created_at=now,
        updated_at=now,
    )


def _insert(rows: Sequence[Service], services: Sequence[NewService]) -> None:
    wanted = [candidates(service.name, service.prefixes) for service in services]
    for _ in range(_TRIES):
        for row, slug in zip(rows, free_names(wanted, _taken), strict=True):
            row.slug = slug
        for row in rows:
            validate(row, _CHECKED)
        try:
            with transaction.atomic():
                Service.objects.bulk_create(rows, batch_size=_BATCH)
            return
        except IntegrityError:
            # Somebody took one of the names in between; now it is seen.
            continue
    raise Conflict("Names of these services are being taken by somebody else. Try again.")


def _taken(slugs: Collection[str]) -> Collection[str]:
    return Service.objects.filter(slug__in=slugs).values_list("slug", flat=True)
