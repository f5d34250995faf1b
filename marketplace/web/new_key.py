"""A key on the one page that shows it: with how it is sent, and whether gateways know it already."""

import shlex
from typing import Any

from catalog.models import APIInstance
from marketplace.models import Credential, Subscription
from marketplace.queries.enforcement import enforcement_of_credentials
from marketplace.web.enforcement import enforcement_shown, key_url
from marketplace.web.places import application_url

HEADER = "X-API-Key"
#: Where snippets take the key from: it stands in none of them.
VARIABLE = "PORTICO_KEY"


def new_key(credential: Credential, secret: str) -> dict[str, Any]:
    """The context of ``templates/marketplace/_new_key.html``; one query, and what it costs to know what is in force.

    It belongs into one answer that nothing keeps, and nowhere else.
    """
    subscription = credential.subscription
    application = subscription.application
    told = enforcement_of_credentials([credential])
    return {
        "whole": secret,
        "key_title": f"New key for {subscription.api.title}, {application.environment.title.lower()}",
        "enforcement": enforcement_shown(told.get(credential.pk) if told is not None else None, key_url(credential)),
        "curl": _curl(subscription),
        "application": application,
        "saved_url": application_url(application),
    }


def _curl(subscription: Subscription) -> str:
    """A call of the API where the application's environment has it, with the key from a variable; empty without an
    address."""
    instances = APIInstance.objects.filter(
        version=subscription.version_id, environment=subscription.application.environment_id
    )
    url = instances.order_by("url").values_list("url", flat=True).first()
    return f'curl --header "{HEADER}: ${VARIABLE}" {shlex.quote(url)}' if url else ""
