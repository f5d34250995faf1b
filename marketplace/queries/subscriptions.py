"""Subscriptions, from both sides, with whether gateways do what they say."""

from collections.abc import Mapping, Sequence

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from accounts.actor import Actor
from catalog.models import API, APIVersion
from catalog.querysets import is_visible
from common.errors import NotFound
from marketplace.models import AccessRequest, Application, Subscription
from marketplace.queries.enforcement import enforcement_of_subscriptions
from marketplace.subscriptions import OPEN

ORDERINGS: Mapping[str, tuple[str, ...]] = {"-created": ("-created_at", "-id"), "created": ("created_at", "id")}

#: Texts that no list shows and that make its rows wide.
_LONG = ("description", "changelog", "servers", "security_schemes", "tags", "about")
_OF_SUCCESSORS = tuple(f"successor__{field}" for field in _LONG)


def named_rows() -> list[Prefetch]:
    """What a subscription names, to be read beside it: a query of a few primary keys for each, where one join of all of
    them would take longer to plan than to run, and is planned badly for who sees little."""
    applications = Application.objects.select_related("team", "person", "environment").defer("description")
    return [
        Prefetch("application", applications),
        Prefetch("api", API.objects.select_related("owner").defer("description")),
        Prefetch("version", APIVersion.objects.select_related("successor").defer(*_LONG, *_OF_SUCCESSORS)),
        Prefetch("plan"),
    ]


def subscriptions(actor: Actor) -> QuerySet[Subscription]:
    """Those the actor may know of, with all they name, without long texts, and ``open_request``: the id of the request
    that waits about it, if any does. Five queries."""
    waiting = AccessRequest.objects.filter(subscription=OuterRef("pk"), state__in=OPEN)
    rows = Subscription.objects.visible_to(actor).prefetch_related(*named_rows())
    return rows.annotate(open_request=Subquery(waiting.values("public_id")[:1]))


def subscription_of(actor: Actor, public_id: str) -> Subscription:
    """The subscription as ``told`` has it. Raises ``NotFound``."""
    found = subscriptions(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return told(actor, [found])[0]


def told(actor: Actor, rows: Sequence[Subscription]) -> Sequence[Subscription]:
    """The same with ``enforcement`` (``None``: not known) and ``may_see_api``: of a private API that the actor may not
    see, or not any more, nothing is told but that there is a subscription. What it costs is up to who answers
    ``in_force_of``, however many rows there are."""
    enforced = enforcement_of_subscriptions(rows) if rows else {}
    for row in rows:
        row.enforcement = enforced[row.pk] if enforced is not None else None
        row.may_see_api = is_visible(actor, row.api)
    return rows
