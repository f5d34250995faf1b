"""A key on the one page that shows it: with how it is sent, and whether gateways know it already."""

import shlex
from dataclasses import replace
from typing import Any

from accounts.actor import Actor
from catalog.models import APIInstance
from catalog.queries.operations import operation_detail, operations_of
from catalog.querysets import is_visible
from catalog.questions import Calling, Way, how_to_call
from catalog.web.operation_groups import representative
from catalog.web.snippets import call_of
from marketplace.models import Credential, Subscription
from marketplace.queries.enforcement import enforcement_of_credentials
from marketplace.web.enforcement import enforcement_shown, key_url
from marketplace.web.places import application_url

HEADER = "X-API-Key"
#: Where snippets take the key from: it stands in none of them.
VARIABLE = "PORTICO_KEY"
#: Of so many operations, from the first, one is shown.
CONSIDERED = 25


def new_key(actor: Actor, credential: Credential, secret: str) -> dict[str, Any]:
    """The context of ``templates/marketplace/_new_key.html``; a fixed number of queries, and what it costs to
    know what is in force.

    It belongs into one answer that nothing keeps, and nowhere else.
    """
    subscription = credential.subscription
    application = subscription.application
    told = enforcement_of_credentials([credential])
    return {
        "whole": secret,
        "key_title": f"New key for {subscription.api.title}, {application.environment.title.lower()}",
        "enforcement": enforcement_shown(told.get(credential.pk) if told is not None else None, key_url(credential)),
        "curl": _example(actor, subscription) or _address(subscription),
        "application": application,
        "saved_url": application_url(application),
    }


def _example(actor: Actor, subscription: Subscription) -> str:
    """A call of an operation that the page of the API shows too, through a gateway of the application's environment;
    empty where none carries the version."""
    version = subscription.version
    calling = how_to_call.ask(actor, version) if is_visible(actor, subscription.api) else None
    way = _way(calling, subscription.application.environment.slug) if calling else None
    operation = representative(list(operations_of(version).order_by("position")[:CONSIDERED])) if way else None
    if way is None or operation is None:
        return ""
    detail = operation_detail(actor, subscription.api.slug, version.name, operation.slug)
    return call_of(detail, [], Calling(ways=[way])).snippets[0]["code"]


def _way(calling: Calling, environment: str) -> Way | None:
    """The way in that environment, with the key even where calls need none: it has limits of its own."""
    way = next((one for one in calling.ways if one.environment == environment), None)
    return replace(way, is_keyless=False) if way is not None else None


def _address(subscription: Subscription) -> str:
    """A call of the API where the application's environment has it, with the key from a variable; empty without an
    address."""
    instances = APIInstance.objects.filter(
        version=subscription.version_id, environment=subscription.application.environment_id
    )
    url = instances.order_by("url").values_list("url", flat=True).first()
    return f'curl --header "{HEADER}: ${VARIABLE}" {shlex.quote(url)}' if url else ""
