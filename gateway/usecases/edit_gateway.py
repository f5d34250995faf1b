"""What is said about a gateway changes."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from catalog.changes import set_fields
from common.access import require
from gateway.carrying import refuse_collisions, routes_carried_by
from gateway.gateways import GatewayMetadata, checked
from gateway.models import Gateway, InForce, Receipt
from gateway.permissions import Action
from gateway.public_urls import readdress
from marketplace.generations import advance


def edit_gateway(*, actor: Actor, gateway: Gateway, metadata: GatewayMetadata, now: datetime) -> list[str]:
    """Give the gateway this metadata and return the names of what changed; its agent hears of it.

    With other environments it carries other routes: what it acknowledged before counts no more, for it has to
    acknowledge everything anew. Raises ``Invalid`` by field and ``Conflict`` when routes would collide.
    """
    require(actor, Action.GATEWAY_MANAGE, gateway)
    columns, environments = checked(metadata)
    with transaction.atomic():
        row = Gateway.objects.select_for_update().get(pk=gateway.pk)
        before = {name: getattr(row, name) for name in columns}
        difference = set_fields(row, columns)
        if difference:
            row.save(update_fields=list(difference))
        concerned: set[int] = set()
        names = sorted(row.environments.values_list("slug", flat=True))
        if environments is not None and names != sorted(one.slug for one in environments):
            concerned = _carry(row, environments)
            difference["environments"] = (names, sorted(one.slug for one in environments))
        if not difference:
            return []
        if "url" in difference:
            readdress(before["url"], row)
        record(
            actor=actor,
            action="gateway.gateway.edited",
            obj=row,
            name=row.slug,
            team_id=row.team_id,
            difference=difference,
            now=now,
        )
        advance(concerned, now)
    gateway.refresh_from_db()
    return sorted(difference)


def _carry(gateway: Gateway, environments: list) -> set[int]:
    """The gateway carries these environments; the APIs are returned of which it has something else to do."""
    before = set(routes_carried_by(gateway).values_list("api_id", flat=True))
    gateway.environments.set(environments)
    refuse_collisions(gateway)
    Receipt.objects.filter(gateway=gateway).delete()
    InForce.objects.filter(gateway=gateway).delete()
    return before | set(routes_carried_by(gateway).values_list("api_id", flat=True))
