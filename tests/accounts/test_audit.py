from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.actor import anonymous
from accounts.audit import record
from accounts.models import AuditEvent
from tests.factories.accounts import actor_of, make_token
from tests.personas import Cast


def event(cast: Cast, user, team=None) -> AuditEvent:
    return record(
        actor=actor_of(user),
        action="accounts.team.edited",
        obj=team or cast.team,
        name="payments",
        team_id=team and team.pk,
        now=timezone.now(),
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditevent SET actor_name = 'nobody'",
        "DELETE FROM accounts_auditevent",
    ],
)
def test_it_cannot_be_changed_even_in_the_database(cast, statement):
    event(cast, cast.member, cast.team)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEvent.objects.get().actor_name == "member"


def test_it_cannot_be_emptied_even_in_the_database(db):
    with connection.cursor() as cursor:
        # Off only in the database of a test run, which is emptied between tests.
        cursor.execute("ALTER TABLE accounts_auditevent ENABLE TRIGGER audit_is_never_emptied")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute("TRUNCATE accounts_auditevent")


def test_its_list_says_from_where(cast):
    record(
        actor=replace(actor_of(cast.member), address="192.0.2.7"),
        action="accounts.team.edited",
        obj=cast.team,
        name="payments",
        team_id=cast.team.pk,
        now=timezone.now(),
    )
    [listed] = cast.client("administrator").get("/api/v1/audit-events").json()["results"]
    assert (listed["actor_name"], listed["address"]) == ("member", "192.0.2.7")


def test_it_shows_administrators_all_and_others_their_own_and_their_teams(cast):
    by_member = event(cast, cast.member)
    of_team = event(cast, cast.administrator, cast.team)
    elsewhere = event(cast, cast.administrator, cast.other_team)

    def seen(actor) -> set:
        return set(AuditEvent.objects.visible_to(actor))

    assert seen(actor_of(cast.administrator)) == {by_member, of_team, elsewhere}
    assert seen(actor_of(cast.member)) == {by_member, of_team}
    assert seen(actor_of(cast.stranger)) == {elsewhere}
    assert seen(actor_of(cast.viewer)) == set()
    assert seen(actor_of(make_token(team=cast.team)[1])) == {of_team}
    assert seen(anonymous()) == set()
