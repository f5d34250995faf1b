"""What a team says of itself changes."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import Difference, record
from accounts.changes import check, set_fields
from accounts.models import Contact, Team
from accounts.permissions import Action
from common.access import require
from common.errors import Invalid

MAX_CONTACTS = 20


def edit_team(
    *,
    actor: Actor,
    team: Team,
    title: str | None = None,
    description: str | None = None,
    contacts: Sequence[tuple[str, str]] | None = None,
    now: datetime,
) -> list[str]:
    """Set what is given and return the names of what changed; ``contacts`` are (title, address) in their order.

    Raises ``Invalid`` by field.
    """
    require(actor, Action.TEAM_EDIT, team)
    given = {"title": title, "description": description}
    with transaction.atomic():
        difference = set_fields(team, {field: value for field, value in given.items() if value is not None})
        if difference:
            team.save(update_fields=list(difference))
        if contacts is not None:
            difference |= _set_contacts(team, contacts)
        if difference:
            record(
                actor=actor,
                action="accounts.team.edited",
                obj=team,
                name=team.slug,
                team_id=team.pk,
                difference=difference,
                now=now,
            )
    return sorted(difference)


def _set_contacts(team: Team, contacts: Sequence[tuple[str, str]]) -> Difference:
    if len(contacts) > MAX_CONTACTS:
        raise Invalid({"contacts": f"A team has at most {MAX_CONTACTS} contacts."})
    before = [list(pair) for pair in team.contacts.order_by("position").values_list("title", "url")]
    after = [list(pair) for pair in contacts]
    if before == after:
        return {}
    rows = [Contact(team=team, title=title, url=url, position=place) for place, (title, url) in enumerate(contacts)]
    team.contacts.all().delete()
    for row in rows:
        _checked(row)
    Contact.objects.bulk_create(rows)
    return {"contacts": (before, after)}


def _checked(row: Contact) -> None:
    try:
        check(row)
    except Invalid as error:
        fields = {f"contacts.{row.position}.{name}": sentences for name, sentences in error.fields.items()}
        raise Invalid(fields) from None
