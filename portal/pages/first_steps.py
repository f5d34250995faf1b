"""What home says while there is nothing to find: how to put something into the catalog, for who may."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.actor import Actor
from accounts.permissions import Action
from common.access import can
from discovery.permissions import Action as DiscoveryAction

_CURL = """\
curl -X PUT {url}/api/v1/apis/payments/versions/auto \\
  -H "Authorization: Bearer $PORTICO_TOKEN" \\
  -H "Content-Type: application/yaml" \\
  --data-binary @openapi.yaml
"""


def first_steps(actor: Actor) -> dict[str, Any]:
    """The steps the actor may take; without any, ``nothing`` says what is true."""
    if not actor.is_authenticated:
        return {
            "nothing": "Nothing is public here",
            "nothing_why": "Sign in to see what your organisation has published.",
        }
    steps = []
    if can(actor, DiscoveryAction.SOURCE_MANAGE):
        steps.append(
            {
                "icon": "radar",
                "title": "Add a source",
                "text": "Name a place where your software runs or is described. What is found waits in an inbox.",
                "url": reverse("discovery:source-new"),
            }
        )
    if any(actor.may_publish_for(team) for team in (*actor.team_ids, None)):
        steps += _publishing()
    if can(actor, Action.PEOPLE_MANAGE):
        steps.append(
            {
                "icon": "users",
                "title": "Invite people",
                "text": "Add people and teams. Teams own what they publish, and their maintainers answer for it.",
                "url": reverse("accounts:people"),
            }
        )
    if steps:
        return {"first_steps": steps}
    return {
        "nothing": "Nothing is published yet",
        "nothing_why": "APIs and services appear here as soon as a team publishes the first one.",
    }


def _publishing() -> list[dict[str, str]]:
    return [
        {
            "icon": "file-upload",
            "title": "Publish a specification",
            "text": "Upload an OpenAPI document, or send it from CI with an API token of your team.",
            "url": reverse("catalog:publish"),
            "code": _CURL.format(url=settings.PORTICO_URL),
        },
        {
            "icon": "box",
            "title": "Add a service",
            "text": "A microservice, a monolith, a SaaS product or a legacy system, with the APIs it provides.",
            "url": reverse("catalog:service-new"),
        },
    ]
