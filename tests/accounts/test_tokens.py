from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from accounts.actor import actor_for_token
from accounts.models import ApiToken, AuditEvent, Role, Scope, Team
from accounts.tokens import digest_of, find_token, new_secret, note_use
from tests.factories.accounts import make_team, make_token, make_user

NOW = timezone.now()


def test_it_makes_secrets_of_one_shape_with_192_random_bits():
    secrets = {new_secret().secret for _ in range(50)}
    assert len(secrets) == 50
    assert {len(secret) for secret in secrets} == {40}
    assert all(secret.startswith("portico_") for secret in secrets)


def test_it_never_shows_the_secret_in_a_representation():
    made = new_secret()
    assert made.secret not in repr(made)


def test_it_keeps_only_the_digest(db):
    token, secret = make_token(team=make_team())
    stored = str(ApiToken.objects.filter(pk=token.pk).values().get())
    assert secret not in stored
    assert digest_of(secret) in stored


def test_it_finds_a_token_with_its_holder_and_memberships_in_one_query(db, django_assert_num_queries):
    user = make_user()
    first, second = make_team(members=(user,)), make_team(maintainers=(user,))
    _, secret = make_token(user=user)
    with django_assert_num_queries(1):
        actor = actor_for_token(find_token(secret, NOW))
    assert actor.teams == {first.pk: "member", second.pk: "maintainer"}
    assert actor.role == Role.PUBLISHER


def test_it_finds_no_token_that_ended(db):
    user, gone, team = make_user(), make_user(is_active=False), make_team()
    _, revoked = make_token(team=team, revoked_at=NOW)
    _, expired = make_token(team=team, expires_at=NOW)
    _, orphaned = make_token(user=gone)
    _, alive = make_token(user=user, expires_at=NOW + timedelta(seconds=1))
    found = [find_token(secret, NOW) is not None for secret in (revoked, expired, orphaned, alive, alive[:-1], "")]
    assert found == [False, False, False, True, False, False]


def test_it_notes_the_last_use_once_a_minute(db, django_assert_num_queries):
    _, secret = make_token(team=make_team())
    note_use(find_token(secret, NOW), NOW)
    token = find_token(secret, NOW)
    with django_assert_num_queries(0):
        note_use(token, NOW + timedelta(seconds=59))
    note_use(token, NOW + timedelta(seconds=61))
    assert ApiToken.objects.get(pk=token.id).last_used_at == NOW + timedelta(seconds=61)


def test_it_prints_a_team_token_alone_and_makes_the_missing_team(db, capsys):
    call_command("create_api_token", name="ci", team="fraud-checks")
    out = capsys.readouterr().out
    token = find_token(out.removesuffix("\n"), NOW)
    assert (token.team_id, token.scopes) == (Team.objects.get(slug="fraud-checks").pk, [Scope.PUBLISH])
    assert list(AuditEvent.objects.order_by("id").values_list("action", "actor_kind")) == [
        ("accounts.team.created", "system"),
        ("accounts.token.created", "system"),
    ]
    call_command("create_api_token", name="ci", team="fraud-checks", scope=["read"])
    assert Team.objects.count() == 1


def test_it_makes_an_administrators_token(db, capsys):
    call_command("create_api_token", name="bootstrap", admin=True)
    actor = actor_for_token(find_token(capsys.readouterr().out.strip(), NOW))
    assert actor.is_administrator


def test_it_says_why_no_token_was_made(db):
    with pytest.raises(CommandError, match="lower-case"):
        call_command("create_api_token", name="ci", team="Not a slug")
    with pytest.raises(CommandError):
        call_command("create_api_token", name="", team="cards")
    assert not Team.objects.exists()
