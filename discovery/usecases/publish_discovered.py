"""A person publishes discovered services: they are in the catalog from the commit on."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from accounts.actor import Actor
from catalog.models import Service
from catalog.permissions import Action as CatalogAction
from common.access import Denied
from common.errors import Conflict, Invalid
from discovery.choosing import choice_of
from discovery.deciding import cares_for_source, is_open, may_join, rows_to_decide
from discovery.linking import Group, groups_of
from discovery.models import DiscoveredService, SpecificationOutcome, Standing
from discovery.publication import Publication, publish_groups
from discovery.signals import services_published


def publish_discovered(
    *, actor: Actor, discovered: Sequence[DiscoveredService], values: Mapping[str, str | None], now: datetime
) -> Publication:
    """Each row is a place of a catalog service, which is made or found; several rows of one software share one.

    ``values`` (kind, domain, system, owner, visibility, by slug) stand for what is proposed and are kept as the
    person's choice; what is absent or ``None`` stays as proposed. With ``owner: None`` also what nobody owns is
    published, with ``owner: ""`` nobody will own it. Rows that are published already change nothing.

    Raises ``Denied``, ``Invalid`` by field, and ``Conflict`` for rows that were left out. All or nothing.
    """
    choice = choice_of(values)
    with transaction.atomic():
        rows = rows_to_decide(actor, discovered)
        _refuse_left_out(rows)
        groups = groups_of([row for row in rows if is_open(row)])
        for row in (row for group in groups for row in group.members):
            choice.put(row)
        _permit(actor, groups, unowned=not values.get("owner", "named"))
        writer = actor.lent(CatalogAction.SERVICE_CREATE)
        publication = publish_groups(groups, actor=writer, now=now)
        _tell(publication)
    return publication


def _refuse_left_out(rows: Sequence[DiscoveredService]) -> None:
    left_out = next((row for row in rows if row.standing in (Standing.IGNORED, Standing.RETIRED)), None)
    if left_out is not None:
        raise Conflict(f"{left_out.name} is {left_out.standing}. Restore it first.")


def _permit(actor: Actor, groups: Sequence[Group], *, unowned: bool) -> None:
    """Who looks after the source makes services for every team, others for their own; a place is added to a service by
    its own team."""
    known = Service.objects.filter(pk__in=[group.service_id for group in groups if group.service_id])
    owners = dict(known.values_list("pk", "owner_id"))
    for group in groups:
        name = group.leading.name
        owner_id = owners[group.service_id] if group.service_id else group.leading.proposed_owner_id
        if owner_id is None and not group.service_id and not unowned:
            raise Invalid({"owner": f"Nobody owns {name}. Name a team, or publish it without an owner."})
        if group.service_id and not all(may_join(actor, row, owner_id) for row in group.members):
            raise Denied(f"{name} is a service of another team. A publisher of that team adds the place.")
        if owner_id not in actor.teams and not all(cares_for_source(actor, row) for row in group.members):
            raise Denied(f"You publish {name} only to a team of yours.")


def _tell(publication: Publication) -> None:
    """The rest, specifications above all, begins after the commit."""
    if publication.rows:
        with_specification = any(row.specification_outcome == SpecificationOutcome.FOUND for row in publication.rows)
        send = partial(services_published.send_robust, DiscoveredService, has_specifications=with_specification)
        transaction.on_commit(send)
