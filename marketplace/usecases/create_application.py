"""A new application of a team or a person."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.actor import Actor
from accounts.audit import record
from catalog.changes import validate
from common.access import require
from marketplace.applications import (
    ApplicationMetadata,
    application_values,
    environment_named,
    holding_team,
    name_taken,
)
from marketplace.bounds import refuse_more_applications
from marketplace.models import Application
from marketplace.permissions import Action


def create_application(
    *,
    actor: Actor,
    name: str,
    description: str = "",
    team: str | None = None,
    environment: str | None = None,
    service: str | None = None,
    now: datetime,
) -> Application:
    """An application that the team holds, or without one the person who acts; in production where no other environment
    is named. Team, environment and service are slugs.

    Raises ``Invalid`` by field and ``Conflict`` when the holder has one of that name in the environment, or too many.
    """
    holder = holding_team(team, actor)
    require(actor, Action.APPLICATION_CREATE, holder)
    values = application_values(ApplicationMetadata(name=name, description=description, service=service), actor)
    application = Application(
        **values,
        team=holder,
        person_id=None if holder else actor.user_id,
        environment=environment_named(environment),
        created_at=now,
        created_by=actor.name[:200],
    )
    validate(application, ["name", "description"])
    try:
        with transaction.atomic():
            refuse_more_applications(actor, application)
            application.save()
            record(
                actor=actor,
                action="marketplace.application.created",
                obj=application,
                name=application.name,
                team_id=application.team_id,
                difference={"environment": ("", application.environment.slug)},
                now=now,
            )
    except IntegrityError:
        raise name_taken(application) from None
    return application
