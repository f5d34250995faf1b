"""A gateway is added, and the token of its agent made."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.changes import check
from common.access import require
from common.errors import Conflict, Invalid
from gateway.carrying import refuse_collisions, routes_carried_by
from gateway.gateways import RESERVED, GatewayMetadata, checked, told
from gateway.models import Gateway
from gateway.permissions import Action
from gateway.tokens import new_secret
from marketplace.generations import advance


def add_gateway(*, actor: Actor, slug: str, metadata: GatewayMetadata, now: datetime) -> tuple[Gateway, str]:
    """The gateway, and the token of its agent, which cannot be read again. It carries the routes that there are in its
    environments from when its agent connects.

    Raises ``Invalid`` by field, and ``Conflict`` when the name is taken or routes of its environments collide.
    """
    require(actor, Action.GATEWAY_MANAGE)
    if slug in RESERVED:
        raise Invalid({"slug": f"{slug} is the name of a page. Choose another one."})
    columns, environments = checked(metadata)
    secret = new_secret()
    gateway = Gateway(slug=slug, token_digest=secret.digest, token_prefix=secret.prefix, created_at=now, **columns)
    gateway.title = gateway.title or slug
    try:
        with transaction.atomic():
            check(gateway)
            gateway.save()
            gateway.environments.set(environments or [])
            refuse_collisions(gateway)
            names = [one.slug for one in environments or []]
            record(
                actor=actor,
                action="gateway.gateway.added",
                obj=gateway,
                name=slug,
                team_id=gateway.team_id,
                difference={name: ("", value) for name, value in (told(columns) | {"environments": names}).items()},
                now=now,
            )
            # Of what it carries it hears with the first answer; a receipt has to be newer than what was before it.
            advance(routes_carried_by(gateway).values_list("api_id", flat=True).distinct(), now)
    except IntegrityError:
        raise Conflict(f"The name {slug} is taken.") from None
    return gateway, secret.secret
