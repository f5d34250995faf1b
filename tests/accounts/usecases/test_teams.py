import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Membership, Role, TeamRole
from accounts.usecases.create_team import create_team
from accounts.usecases.create_token import create_token
from accounts.usecases.edit_team import MAX_CONTACTS, edit_team
from accounts.usecases.remove_membership import remove_membership
from accounts.usecases.revoke_token import revoke_token
from accounts.usecases.set_membership import set_membership
from common.access import Denied
from common.errors import Conflict, Invalid
from tests.factories.accounts import actor_of, make_team, make_user
from tests.personas import Cast

NOW = timezone.now()


def last_event() -> AuditEvent:
    return AuditEvent.objects.latest("id")


def test_it_creates_a_team(cast: Cast):
    team = create_team(actor=actor_of(cast.administrator), slug="cards", title="Cards", now=NOW)
    assert (last_event().action, last_event().team_id) == ("accounts.team.created", team.pk)


@pytest.mark.parametrize("slug", ["payments", "Cards", "-cards", "", "c" * 101])
def test_it_refuses_short_names_that_are_taken_or_odd(cast, slug):
    with pytest.raises(Invalid) as error:
        create_team(actor=actor_of(cast.administrator), slug=slug, title="Cards", now=NOW)
    assert list(error.value.fields) == ["slug"]


def test_it_edits_what_is_given_and_replaces_contacts(cast):
    actor = actor_of(cast.maintainer)
    contacts = [("On call", "https://bank.example/oncall"), ("Mail", "mailto:payments@bank.example")]
    assert edit_team(actor=actor, team=cast.team, description="Moves money.", contacts=contacts, now=NOW) == [
        "contacts",
        "description",
    ]
    assert list(cast.team.contacts.order_by("position").values_list("title", "url")) == contacts
    assert edit_team(actor=actor, team=cast.team, contacts=contacts, now=NOW) == []
    assert AuditEvent.objects.count() == 1
    edit_team(actor=actor, team=cast.team, contacts=[], now=NOW)
    assert not cast.team.contacts.exists()


@pytest.mark.parametrize("url", ["javascript:alert(1)", "bank.example", "https://a b"])
def test_it_refuses_contacts_that_are_no_address(cast, url):
    with pytest.raises(Invalid) as error:
        edit_team(actor=actor_of(cast.maintainer), team=cast.team, contacts=[("On call", url)], now=NOW)
    assert list(error.value.fields) == ["contacts.0.url"]


def test_it_bounds_the_number_of_contacts(cast):
    with pytest.raises(Invalid):
        edit_team(actor=actor_of(cast.maintainer), team=cast.team, contacts=[("x", "")] * (MAX_CONTACTS + 1), now=NOW)


def test_it_adds_people_and_changes_their_place(cast):
    actor, user = actor_of(cast.maintainer), make_user()
    _, created = set_membership(actor=actor, team=cast.team, user=user, role=TeamRole.MEMBER, now=NOW)
    _, again = set_membership(actor=actor, team=cast.team, user=user, role=TeamRole.MEMBER, now=NOW)
    assert (created, again, AuditEvent.objects.count()) == (True, False, 1)
    set_membership(actor=actor, team=cast.team, user=user, role=TeamRole.MAINTAINER, now=NOW)
    assert last_event().difference["role"] == ["member", "maintainer"]


def test_it_keeps_the_last_maintainer_unless_an_administrator_decides(cast):
    membership = Membership.objects.get(team=cast.team, user=cast.maintainer)
    actor = actor_of(cast.maintainer)
    with pytest.raises(Conflict):
        remove_membership(actor=actor, membership=membership, now=NOW)
    membership = Membership.objects.get(team=cast.team, user=cast.maintainer)
    with pytest.raises(Conflict):
        set_membership(actor=actor, team=cast.team, user=cast.maintainer, role=TeamRole.MEMBER, now=NOW)
    remove_membership(actor=actor_of(cast.administrator), membership=membership, now=NOW)
    assert not Membership.objects.filter(team=cast.team, role=TeamRole.MAINTAINER).exists()


def test_it_lets_members_manage_nobody(cast):
    with pytest.raises(Denied):
        set_membership(actor=actor_of(cast.member), team=cast.team, user=cast.member, role=TeamRole.MAINTAINER, now=NOW)


def test_it_records_a_new_token_without_its_secret(cast):
    token, secret = create_token(
        actor=actor_of(cast.maintainer), holder=cast.team, name="ci", scopes=["publish"], now=NOW
    )
    event = last_event()
    assert event.difference["holder"] == [None, "Payments"]
    assert secret not in str(event.difference)
    assert token.digest not in str(event.difference)
    assert token.created_by == "maintainer"


def test_it_refuses_tokens_without_scope_or_time(cast):
    actor = actor_of(cast.member)
    with pytest.raises(Invalid):
        create_token(actor=actor, holder=cast.member, name="ci", scopes=[], now=NOW)
    with pytest.raises(Invalid):
        create_token(actor=actor, holder=cast.member, name="ci", scopes=["admin"], now=NOW)
    with pytest.raises(Invalid):
        create_token(actor=actor, holder=cast.member, name="ci", scopes=["read"], expires_at=NOW, now=NOW)


def test_it_gives_a_publishing_team_token_only_to_who_may_publish_for_the_team(db):
    viewer = make_user(role=Role.VIEWER)
    team = make_team(maintainers=(viewer,))
    actor = actor_of(viewer)

    with pytest.raises(Denied):
        create_token(actor=actor, holder=team, name="ci", scopes=["publish"], now=NOW)

    token, _ = create_token(actor=actor, holder=team, name="ci", scopes=["read"], now=NOW)
    assert token.scopes == ["read"]


def test_it_revokes_a_token_once(cast):
    actor = actor_of(cast.member)
    token, _ = create_token(actor=actor, holder=cast.member, name="ci", scopes=["read"], now=NOW)
    for _ in range(2):
        revoke_token(actor=actor, token=token, now=NOW)
    assert AuditEvent.objects.filter(action="accounts.token.revoked").count() == 1
