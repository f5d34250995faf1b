import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Role, User
from accounts.usecases.create_administrator import create_first_administrator
from accounts.usecases.create_user import create_user
from accounts.usecases.deactivate_user import deactivate_user
from accounts.usecases.edit_profile import edit_profile
from accounts.usecases.edit_user import edit_user
from accounts.usecases.reactivate_user import reactivate_user
from accounts.usecases.reset_password import reset_password
from accounts.usecases.set_password import set_password
from common.access import Denied
from common.errors import Conflict, Invalid
from tests.factories.accounts import PASSWORD, actor_of, make_token, make_user

NOW = timezone.now()


@pytest.fixture
def administrator(db: None) -> User:
    return make_user("boss", role=Role.ADMINISTRATOR)


def last_event() -> AuditEvent:
    return AuditEvent.objects.latest("id")


def test_it_creates_a_person_with_a_random_password(administrator):
    user, password = create_user(actor=actor_of(administrator), username="jane", role=Role.PUBLISHER, now=NOW)
    assert user.check_password(password)
    assert len(password) == 20
    event = last_event()
    assert (event.action, event.object_name, event.user_id) == ("accounts.user.created", "jane", administrator.pk)
    assert password not in str(event.difference)


def test_it_creates_a_person_who_gets_a_password_later(administrator):
    user, password = create_user(actor=actor_of(administrator), username="jane", with_password=False, now=NOW)
    user.refresh_from_db()
    assert (password, user.has_usable_password(), user.check_password("")) == ("", False, False)
    given = reset_password(actor=actor_of(administrator), user=user, now=NOW)
    assert user.check_password(given)


@pytest.mark.parametrize("username", ["BOSS", "", "with space", "x" * 151])
def test_it_refuses_usernames_that_are_taken_or_odd(administrator, username):
    with pytest.raises(Invalid):
        create_user(actor=actor_of(administrator), username=username, now=NOW)


def test_it_lets_only_administrators_create_people(db):
    with pytest.raises(Denied):
        create_user(actor=actor_of(make_user()), username="jane", now=NOW)


def test_it_writes_and_records_only_what_differs(administrator):
    user = make_user(name="Jane")
    actor = actor_of(administrator)
    assert edit_user(actor=actor, user=user, name="Jane", role=Role.PUBLISHER, now=NOW) == []
    assert not AuditEvent.objects.exists()
    assert edit_user(actor=actor, user=user, name="Jane Roe", role=Role.VIEWER, now=NOW) == ["name", "role"]
    assert last_event().difference == {"name": ["Jane", "Jane Roe"], "role": ["publisher", "viewer"]}


def test_it_keeps_one_active_administrator(administrator):
    actor = actor_of(administrator)
    with pytest.raises(Conflict):
        edit_user(actor=actor, user=administrator, role=Role.VIEWER, now=NOW)
    administrator.refresh_from_db()
    with pytest.raises(Conflict):
        deactivate_user(actor=actor, user=administrator, now=NOW)
    administrator.refresh_from_db()
    assert (administrator.role, administrator.is_active) == (Role.ADMINISTRATOR, True)
    make_user(role=Role.ADMINISTRATOR)
    deactivate_user(actor=actor, user=administrator, now=NOW)


def test_it_lets_a_role_token_deactivate_where_no_person_administers(db):
    _, secret = make_token(role=Role.ADMINISTRATOR)
    deactivate_user(actor=actor_of(secret), user=make_user(), now=NOW)


def test_it_deactivates_and_reactivates_once(administrator):
    user, actor = make_user(), actor_of(administrator)
    for _ in range(2):
        deactivate_user(actor=actor, user=user, now=NOW)
    for _ in range(2):
        reactivate_user(actor=actor, user=user, now=NOW)
    actions = list(AuditEvent.objects.order_by("id").values_list("action", flat=True))
    assert actions == ["accounts.user.deactivated", "accounts.user.reactivated"]


def test_it_resets_a_password_without_recording_it(administrator):
    user = make_user()
    password = reset_password(actor=actor_of(administrator), user=user, now=NOW)
    user.refresh_from_db()
    assert user.check_password(password)
    assert last_event().difference == {}


def test_it_lets_people_change_their_own_password(db):
    user = make_user("jane")
    actor = actor_of(user)
    with pytest.raises(Invalid) as wrong:
        set_password(actor=actor, user=user, current="not this", password="a long new one", now=NOW)
    assert list(wrong.value.fields) == ["current"]
    with pytest.raises(Invalid) as weak:
        set_password(actor=actor, user=user, current=PASSWORD, password="password", now=NOW)
    assert list(weak.value.fields) == ["password"]
    set_password(actor=actor, user=user, current=PASSWORD, password="a long new one", now=NOW)
    assert user.check_password("a long new one")


def test_it_lets_nobody_else_change_a_profile_or_a_password(administrator):
    user = make_user()
    with pytest.raises(Denied):
        edit_profile(actor=actor_of(administrator), user=user, name="X", email="", now=NOW)
    _, secret = make_token(user=user)
    with pytest.raises(Denied):
        set_password(actor=actor_of(secret), user=user, current=PASSWORD, password="a long new one", now=NOW)


def test_it_makes_the_first_administrator_once(db):
    user, password = create_first_administrator(NOW)
    assert (user.username, user.role) == ("admin", Role.ADMINISTRATOR)
    assert user.check_password(password)
    assert create_first_administrator(NOW) is None
    assert last_event().actor_name == "first start"
