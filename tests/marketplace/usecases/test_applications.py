from datetime import UTC, datetime

import pytest

from accounts.actor import Actor
from accounts.models import AuditEvent, Role, Scope
from catalog.models import Environment
from common.access import Denied
from common.errors import Conflict, Invalid
from marketplace.models import AccessRequest, Credential, Subscription
from marketplace.usecases.create_application import create_application
from marketplace.usecases.edit_application import edit_application
from marketplace.usecases.retire_application import retire_application
from tests.factories.accounts import actor_of, make_team, make_user
from tests.factories.catalog import make_environment, make_service
from tests.factories.credentials import make_key
from tests.factories.marketplace import (
    MARKETPLACE_ADMINISTRATOR,
    make_application,
    make_plan,
    make_subscription,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_user(name="Paula")


@pytest.fixture
def team(person):
    return make_team("cards", members=(person,))


@pytest.fixture(autouse=True)
def _environments():
    make_environment("staging", position=2)
    make_environment("production", position=1)


def create(person, name="Invoices", **said):
    return create_application(actor=actor_of(person), name=name, now=NOW, **said)


def test_it_is_the_persons_own_and_in_production_unless_said_otherwise(person, team):
    own, theirs = create(person), create(person, team="cards", environment="staging")
    assert (own.person, own.team, own.environment.slug) == (person, None, "production")
    assert (theirs.person, theirs.team, theirs.environment.slug) == (None, team, "staging")
    assert AuditEvent.objects.filter(action="marketplace.application.created", team_id=team.pk).count() == 1


def test_it_is_the_teams_whose_token_makes_it(team):
    token = Actor(
        kind="token",
        name="ci",
        role=Role.PUBLISHER,
        teams={team.pk: "member"},
        scopes=frozenset({Scope.MARKETPLACE}),
    )
    assert create_application(actor=token, name="Invoices", now=NOW).team == team


def test_it_needs_the_scope_and_a_place_in_the_team(person):
    make_team("lending")
    with pytest.raises(Denied, match="members"):
        create(person, team="lending")
    reader = Actor(kind="token", name="ci", user_id=person.pk, role=Role.PUBLISHER, scopes=frozenset({Scope.PUBLISH}))
    with pytest.raises(Denied, match="scope"):
        create_application(actor=reader, name="Invoices", now=NOW)


def test_it_says_what_is_not_known(person):
    hidden = make_service(visibility="private")
    for said in ({"team": "nobody"}, {"environment": "moon"}, {"service": hidden.slug}, {"name": "  "}):
        with pytest.raises(Invalid) as refused:
            create(person, **said)
        assert set(refused.value.fields) == set(said)
    Environment.objects.all().delete()
    with pytest.raises(Invalid, match="no environment yet"):
        create(person)


def test_it_has_a_name_of_its_own_in_its_environment_until_it_is_retired(person):
    first = create(person)
    with pytest.raises(Conflict):
        create(person, "invoices")
    create(person, environment="staging")
    retire_application(actor=actor_of(person), application=first, now=NOW)
    create(person)


def test_it_is_edited_and_given_to_a_team(person, team):
    application = create(person)
    service = make_service("ledger")
    said = {"name": "Bills", "service": "ledger", "team": "cards"}
    changed = edit_application(actor=actor_of(person), application=application, metadata=said, now=NOW)
    application.refresh_from_db()
    assert changed == ["name", "person", "service", "team"]
    assert (application.name, application.service, application.team) == ("Bills", service, team)
    assert edit_application(actor=actor_of(person), application=application, metadata=said, now=NOW) == []
    with pytest.raises(Denied):
        edit_application(actor=actor_of(make_user()), application=application, metadata=said, now=NOW)
    make_team("lending")
    with pytest.raises(Denied):
        edit_application(actor=actor_of(person), application=application, metadata={"team": "lending"}, now=NOW)


def test_it_takes_its_access_with_it_when_it_is_retired():
    application = make_application()
    plan = make_plan(approval="owner")
    opened = make_subscription(application, plan)
    key, _ = make_key(opened)
    waiting = make_subscription(application, make_plan(approval="owner"), state="pending")
    retire_application(actor=MARKETPLACE_ADMINISTRATOR, application=application, now=NOW)
    generation = Subscription.objects.get(pk=opened.pk).generation
    states = dict(Subscription.objects.values_list("pk", "state"))
    assert states == {opened.pk: "revoked", waiting.pk: "rejected"}
    assert AccessRequest.objects.get(subscription=waiting).state == "withdrawn"
    assert generation == Credential.objects.get(pk=key.pk).generation > opened.generation
    retire_application(actor=MARKETPLACE_ADMINISTRATOR, application=application, now=NOW)
    assert Subscription.objects.get(pk=opened.pk).generation == generation
    with pytest.raises(Conflict):
        edit_application(actor=MARKETPLACE_ADMINISTRATOR, application=application, metadata={"name": "Anew"}, now=NOW)
