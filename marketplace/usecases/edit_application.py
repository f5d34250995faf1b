"""What is said about an application changes, or who holds it."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.actor import Actor
from accounts.audit import record
from catalog.changes import set_fields
from common.access import require
from marketplace.applications import ApplicationMetadata, application_values, name_taken, refuse_retired
from marketplace.models import Application
from marketplace.permissions import Action


def edit_application(
    *, actor: Actor, application: Application, metadata: ApplicationMetadata, now: datetime
) -> list[str]:
    """Give the application this metadata and return the names of what changed; nothing is written when nothing did.

    Another ``team`` is one the actor may create applications for; it holds the application and its keys from then on.
    Its environment never changes, for its keys open the doors of that one. Raises ``Invalid`` by field and
    ``Conflict`` when the name is taken or it is retired.
    """
    require(actor, Action.APPLICATION_EDIT, application)
    values = application_values(metadata, actor)
    if "team" in values:
        require(actor, Action.APPLICATION_CREATE, values["team"])
        values["person"] = None
    row = Application.objects.select_related("team", "person", "service")
    try:
        with transaction.atomic():
            held = row.select_for_update(of=("self",), no_key=True).get(pk=application.pk)
            refuse_retired(held)
            difference = set_fields(held, values)
            if difference:
                held.save(update_fields=list(values))
                record(
                    actor=actor,
                    action=f"marketplace.application.{'transferred' if 'team' in difference else 'edited'}",
                    obj=held,
                    name=held.name,
                    team_id=held.team_id,
                    difference=difference,
                    now=now,
                )
    except IntegrityError:
        raise name_taken(held) from None
    return sorted(difference)
