"""What is said about an application, resolved to rows the same for every door."""

import re
from typing import Any, TypedDict

from accounts.actor import Actor
from accounts.models import Team
from catalog.models import Environment, Service
from common.errors import Conflict, Invalid
from marketplace.models import Application

# Control characters, and those that turn the direction of what follows: an owner who decides by a name has to see it as
# it is (Unicode Standard Annex 9, section 2).
_DECEIVING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class ApplicationMetadata(TypedDict, total=False):
    """A key that is absent leaves the field as it is. Teams and services are named by slug."""

    name: str
    description: str
    team: str
    service: str | None


def application_values(metadata: ApplicationMetadata, actor: Actor) -> dict[str, Any]:
    """The fields of the model; raises ``Invalid`` by field."""
    values: dict[str, Any] = dict(metadata)
    if "name" in metadata:
        values["name"] = metadata["name"].strip()
        if not values["name"]:
            raise Invalid({"name": "Give the application a name."})
        if _DECEIVING.search(values["name"]):
            raise Invalid({"name": "Use a name on one line, without characters that turn the direction of text."})
    if "service" in metadata:
        values["service"] = _service(metadata["service"], actor)
    if "team" in metadata:
        values["team"] = team_named(metadata["team"])
    return values


def team_named(slug: str) -> Team:
    team = Team.objects.filter(slug=slug).first()
    if team is None:
        raise Invalid({"team": f"There is no team “{slug}”."})
    return team


def holding_team(slug: str | None, actor: Actor) -> Team | None:
    """The team that will hold a new application: the one named, or the only one of a token that is no person's.

    ``None``: the person who acts.
    """
    if slug:
        return team_named(slug)
    if actor.user_id is None and len(actor.teams) == 1:
        return Team.objects.get(pk=actor.team_ids[0])
    return None


def environment_named(slug: str | None) -> Environment:
    """The environment of that slug, without one the first: production."""
    environments = Environment.objects.order_by("position", "slug")
    found = (environments.filter(slug=slug) if slug else environments).first()
    if found is None and slug:
        raise Invalid({"environment": f"There is no environment “{slug}”."})
    if found is None:
        raise Invalid({"environment": "There is no environment yet; an administrator adds them."})
    return found


def _service(slug: str | None, actor: Actor) -> Service | None:
    if not slug:
        return None
    service = Service.objects.visible_to(actor).filter(slug=slug).first()
    if service is None:
        raise Invalid({"service": f"There is no service “{slug}”."})
    return service


def refuse_retired(application: Application) -> None:
    if application.retired_at is not None:
        raise Conflict(f"The application “{application.name}” is retired. Use another one.")


def name_taken(application: Application) -> Conflict:
    """What is said when its holder has another one of that name in its environment."""
    return Conflict(
        f"There is an application “{application.name}” of {application.holder} in this environment already."
    )
