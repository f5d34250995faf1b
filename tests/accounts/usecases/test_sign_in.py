from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, SignInAttempt
from accounts.throttle import PER_ACCOUNT, PER_NETWORK, WINDOW
from accounts.usecases.sign_in import sign_in
from common.addresses import network_of
from common.errors import Invalid, Throttled
from tests.factories.accounts import PASSWORD, make_user

NOW = timezone.now()
HERE, THERE = "192.0.2.1", "192.0.2.2"


def fail(username: str = "jane", address: str | None = HERE, now=NOW) -> None:
    with pytest.raises(Invalid):
        sign_in(username=username, password="wrong", address=address, now=now)


@pytest.fixture(autouse=True)
def _jane(db: None) -> None:
    make_user("jane")


def test_it_knows_people_in_whatever_case_they_write_their_name():
    assert sign_in(username="JANE", password=PASSWORD, address=HERE, now=NOW).username == "jane"
    event = AuditEvent.objects.get()
    assert (event.action, event.address) == ("accounts.session.started", HERE)


def test_it_answers_the_same_for_unknown_deactivated_and_wrong():
    make_user("gone", is_active=False)
    answers = set()
    for username, password in (("nobody", PASSWORD), ("gone", PASSWORD), ("jane", "wrong")):
        with pytest.raises(Invalid) as error:
            sign_in(username=username, password=password, address=HERE, now=NOW)
        answers.add(str(error.value.fields))
    assert len(answers) == 1


def test_it_hashes_a_password_for_unknown_people_too(monkeypatch):
    hashed = []
    monkeypatch.setattr("accounts.models.User.set_password", lambda self, raw: hashed.append(raw))
    fail("nobody")
    assert hashed == ["wrong"]


def test_it_makes_people_wait_after_too_many_failures_and_says_until_when():
    for _ in range(PER_ACCOUNT):
        fail()
    with pytest.raises(Throttled, match="Try again in 15 minutes") as error:
        sign_in(username="Jane", password=PASSWORD, address=HERE, now=NOW + timedelta(seconds=1))
    assert error.value.retry_after == WINDOW.total_seconds() - 1
    sign_in(username="jane", password=PASSWORD, address=THERE, now=NOW)
    sign_in(username="jane", password=PASSWORD, address=HERE, now=NOW + WINDOW + timedelta(seconds=1))


def test_it_does_not_count_refused_attempts():
    for _ in range(PER_ACCOUNT):
        fail()
    for _ in range(3):
        with pytest.raises(Throttled):
            sign_in(username="jane", password=PASSWORD, address=HERE, now=NOW + timedelta(minutes=10))
    assert SignInAttempt.objects.count() == PER_ACCOUNT


def test_it_forgets_failures_when_one_succeeds():
    for _ in range(PER_ACCOUNT - 1):
        fail()
    sign_in(username="jane", password=PASSWORD, address=HERE, now=NOW)
    assert not SignInAttempt.objects.exists()


def test_it_counts_a_network_over_all_accounts():
    for number in range(PER_NETWORK):
        fail(f"person-{number}", "2001:db8::1")
    with pytest.raises(Throttled):
        sign_in(username="jane", password=PASSWORD, address="2001:db8::ffff", now=NOW)
    sign_in(username="jane", password=PASSWORD, address="2001:db8:0:1::1", now=NOW)


def test_it_clears_attempts_whose_window_is_over():
    fail()
    fail(now=NOW + WINDOW + timedelta(seconds=1))
    assert SignInAttempt.objects.count() == 1


def test_it_keeps_no_username():
    fail("hunter2-typed-in-the-wrong-field")
    assert "hunter2" not in str(SignInAttempt.objects.values().get())


def test_it_takes_what_one_subscriber_has_for_a_network():
    assert network_of("2001:db8:1:2:3::4") == "2001:db8:1:2::/64"
    assert network_of("192.0.2.9") == "192.0.2.9"
    assert network_of(None) == ""
