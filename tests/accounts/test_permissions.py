import pytest

from accounts.actor import Actor, anonymous, system_actor
from accounts.models import Role, Scope, Team
from accounts.permissions import Action
from common.access import can, decide, has_rule
from tests.factories.accounts import actor_of, make_team, make_token, make_user
from tests.personas import Cast


def test_it_has_a_rule_for_every_action():
    assert [action for action in Action if not has_rule(action)] == []


def test_it_grants_a_system_actor_its_actions_and_no_other(db):
    actor = system_actor("first start", Action.PEOPLE_MANAGE)
    assert [action for action in Action if can(actor, action, make_team())] == [Action.PEOPLE_MANAGE]


def test_it_grants_nothing_without_a_rule(db):
    assert decide(actor_of(make_user(role=Role.ADMINISTRATOR)), "accounts.nothing.known").allowed is False


def test_it_lets_the_anonymous_do_nothing(cast: Cast):
    objects: dict[Action, object] = {Action.TOKEN_CREATE: cast.team, Action.TOKEN_REVOKE: make_token(team=cast.team)[0]}
    assert not any(can(anonymous(), action, objects.get(action, cast.team)) for action in Action)


@pytest.mark.parametrize(
    ("persona", "publishes", "maintains"),
    [
        ("viewer", False, False),
        ("stranger", False, False),
        ("member", True, False),
        ("maintainer", True, True),
        ("administrator", True, True),
    ],
)
def test_it_lets_people_publish_for_and_maintain_their_teams(cast, persona, publishes, maintains):
    actor = actor_of(getattr(cast, persona))
    assert actor.may_publish_for(cast.team.pk) is publishes
    assert can(actor, Action.TEAM_EDIT, cast.team) is maintains
    assert can(actor, Action.MEMBERS_MANAGE, cast.team) is maintains
    assert can(actor, Action.TOKEN_CREATE, cast.team) is maintains


def test_it_lets_a_viewer_maintain_a_team_without_publishing_for_it(db):
    viewer = make_user(role=Role.VIEWER)
    team = make_team(maintainers=(viewer,))
    actor = actor_of(viewer)
    assert can(actor, Action.MEMBERS_MANAGE, team)
    assert not actor.may_publish_for(team.pk)


def token_actor(**fields) -> Actor:
    return actor_of(make_token(**fields)[1])


def test_it_makes_a_team_token_a_publishing_member_of_that_team_only(cast):
    actor = token_actor(team=cast.team)
    assert actor.may_publish_for(cast.team.pk)
    assert not actor.may_publish_for(cast.other_team.pk)
    assert not can(actor, Action.TEAM_EDIT, cast.team)


def test_it_narrows_a_token_by_its_scopes(cast):
    assert not token_actor(team=cast.team, scopes=(Scope.READ,)).may_publish_for(cast.team.pk)
    reads = token_actor(user=cast.administrator, scopes=(Scope.READ,))
    assert can(reads, Action.PEOPLE_READ)
    assert not can(reads, Action.PEOPLE_MANAGE)
    assert not can(reads, Action.TEAM_EDIT, cast.team)


def test_it_never_lets_a_token_exceed_its_holder(cast):
    actor = token_actor(user=cast.viewer)
    assert not actor.may_publish_for(cast.team.pk)
    assert not can(actor, Action.PEOPLE_READ)


@pytest.mark.parametrize("action", [Action.TOKEN_CREATE, Action.MEMBERS_MANAGE])
def test_it_keeps_tokens_from_making_tokens_and_managing_people(cast, action):
    assert not can(token_actor(user=cast.maintainer), action, cast.team)
    assert not can(token_actor(user=cast.administrator, scopes=(Scope.READ,)), action, cast.team)
    assert can(token_actor(user=cast.administrator), action, cast.team)
    assert can(token_actor(role=Role.ADMINISTRATOR), action, cast.team)


def test_it_lets_a_maintainers_token_edit_the_team_without_its_people(cast):
    assert can(token_actor(user=cast.maintainer), Action.TEAM_EDIT, cast.team)


def test_it_lets_a_token_end_itself_and_no_other(cast):
    token, secret = make_token(team=cast.team)
    other, _ = make_token(team=cast.team)
    assert can(actor_of(secret), Action.TOKEN_REVOKE, token)
    assert not can(actor_of(secret), Action.TOKEN_REVOKE, other)


def test_it_asks_administrators_for_tokens_of_a_role(cast):
    assert can(actor_of(cast.administrator), Action.TOKEN_CREATE, Role.ADMINISTRATOR)
    assert not can(actor_of(cast.maintainer), Action.TOKEN_CREATE, Role.VIEWER)


def test_it_shows_no_team_to_the_anonymous(cast):
    assert not Team.objects.visible_to(anonymous()).exists()
