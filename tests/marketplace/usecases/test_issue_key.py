"""Issuing keys: who may, for which subscriptions, how many, until when, and what is kept."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Role
from common.access import Denied
from common.errors import Conflict, Invalid
from marketplace.keys import digest_of, is_key
from marketplace.models import Credential, CredentialPurpose, EnforcedAPI, SubscriptionState
from marketplace.signals import key_issued
from marketplace.usecases.issue_console_key import CONSOLE_KEYS_AT_MOST, LIFETIME, issue_console_key
from marketplace.usecases.issue_key import issue_key
from tests.factories.accounts import actor_of, make_team, make_user
from tests.factories.credentials import make_access, make_key
from tests.factories.marketplace import make_application, make_plan
from tests.marketplace.listening import Heard

pytestmark = pytest.mark.django_db


@pytest.fixture
def holder():
    return make_user("anna", name="Anna L.")


@pytest.fixture
def subscription(holder):
    return make_access(make_application(team=make_team("channels", members=(holder,))))


def issue(holder, subscription, **given):
    return issue_key(actor=actor_of(holder), subscription=subscription, **{"now": timezone.now()} | given)


def test_it_gives_a_key_of_which_only_the_digest_is_kept(holder, subscription):
    now = timezone.now()
    row, secret = issue(holder, subscription, now=now)
    assert is_key(secret)
    assert secret.startswith("pk_production_")
    kept = Credential.objects.values().get()
    assert kept["digest"] == digest_of(secret)
    assert kept["prefix"] == "pk_production"
    assert kept["last_four"] == secret[-4:]
    assert (kept["created_at"], kept["created_by_id"], kept["created_by_name"]) == (now, holder.pk, "Anna L.")
    assert kept["expires_at"] is None
    assert secret not in str(kept)
    assert row.pk == kept["id"]


def test_it_tells_gateways_as_the_next_generation(holder, subscription):
    row, _ = issue(holder, subscription)
    row.refresh_from_db()
    assert row.generation == EnforcedAPI.objects.get(api=subscription.api).generation > 0


def test_it_is_written_into_the_audit_trail_without_the_key(holder, subscription):
    row, secret = issue(holder, subscription, expires_at=timezone.now() + timedelta(days=1))
    event = AuditEvent.objects.get(action="marketplace.credential.issued")
    assert (event.object_id, event.user_id, event.team_id) == (row.pk, holder.pk, subscription.application.team_id)
    assert event.difference["subscription"] == [None, subscription.public_id]
    assert event.difference["expires_at"] == [None, row.expires_at.isoformat()]
    assert secret[-33:-4] not in f"{event.object_name} {event.difference}"


def test_it_is_told_to_other_rooms_after_the_commit(holder, subscription, django_capture_on_commit_callbacks):
    with Heard(key_issued) as heard:
        with django_capture_on_commit_callbacks(execute=True):
            row, _ = issue(holder, subscription)
            assert heard.told == []
        assert heard.told == [{"credential_id": row.pk}]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (SubscriptionState.PENDING, "waits for approval"),
        (SubscriptionState.SUSPENDED, "is suspended"),
        (SubscriptionState.REJECTED, "was rejected"),
        (SubscriptionState.REVOKED, "was revoked"),
        (SubscriptionState.EXPIRED, "has expired"),
    ],
)
def test_it_is_refused_unless_the_subscription_is_approved(holder, subscription, state, words):
    subscription.state = state
    subscription.save()
    for usecase in (issue_key, issue_console_key):
        with pytest.raises(Conflict, match=words):
            usecase(actor=actor_of(holder), subscription=subscription, now=timezone.now())
    assert not Credential.objects.exists()


def test_it_is_refused_once_the_access_has_ended_though_nobody_noted_it_yet(holder, subscription):
    now = timezone.now()
    subscription.expires_at = now
    subscription.save()
    with pytest.raises(Conflict, match="has expired"):
        issue(holder, subscription, now=now)


def test_it_is_refused_for_a_plan_that_needs_no_key(holder, subscription):
    subscription.plan = make_plan(subscription.api, "Open data", authentication="keyless")
    subscription.save()
    with pytest.raises(Conflict, match="Open data needs no key"):
        issue(holder, subscription)


def test_it_counts_at_most_two_live_keys_and_says_which(holder, subscription):
    now = timezone.now()
    make_key(subscription, revoked_at=now)
    make_key(subscription, expires_at=now)
    first, _ = issue(holder, subscription, expires_at=now + timedelta(days=5))
    second, _ = issue(holder, subscription)
    with pytest.raises(Conflict) as refused:
        issue(holder, subscription)
    assert str(first) in refused.value.detail
    assert str(second) in refused.value.detail
    assert "Revoke one of them" in refused.value.detail
    assert refused.value.extensions == {"credentials": [first.public_id, second.public_id]}
    Credential.objects.filter(pk=first.pk).update(revoked_at=now)
    issue(holder, subscription)


def test_it_ends_in_the_future_and_not_after_the_access(holder, subscription):
    now = timezone.now()
    with pytest.raises(Invalid) as passed:
        issue(holder, subscription, expires_at=now, now=now)
    assert passed.value.fields == {"expires_at": ["This time has passed."]}
    subscription.expires_at = now + timedelta(days=10)
    subscription.save()
    with pytest.raises(Invalid, match="The access itself ends on"):
        issue(holder, subscription, expires_at=now + timedelta(days=11))
    row, _ = issue(holder, subscription, expires_at=subscription.expires_at)
    assert row.expires_at == subscription.expires_at


def test_it_is_for_those_who_hold_the_application(holder, subscription):
    owner = make_user("owner")
    subscription.api.owner.memberships.create(user=owner)
    for other in (make_user("other"), owner):
        for usecase in (issue_key, issue_console_key):
            with pytest.raises(Denied, match="hold the application"):
                usecase(actor=actor_of(other), subscription=subscription, now=timezone.now())
    issue_key(actor=actor_of(make_user(role=Role.ADMINISTRATOR)), subscription=subscription, now=timezone.now())


def test_a_console_key_lives_ten_minutes_and_is_not_one_of_the_two(holder, subscription):
    now = timezone.now()
    issue(holder, subscription)
    issue(holder, subscription)
    row, secret = issue_console_key(actor=actor_of(holder), subscription=subscription, now=now)
    row.refresh_from_db()
    assert is_key(secret)
    assert (row.purpose, row.expires_at) == (CredentialPurpose.CONSOLE, now + LIFETIME)
    assert row.generation > 0
    event = AuditEvent.objects.get(action="marketplace.credential.issued", object_id=row.pk)
    assert event.difference["purpose"] == [None, "console"]


def test_a_console_key_ends_with_the_access(holder, subscription):
    now = timezone.now()
    subscription.expires_at = now + timedelta(minutes=1)
    subscription.save()
    row, _ = issue_console_key(actor=actor_of(holder), subscription=subscription, now=now)
    assert row.expires_at == subscription.expires_at


def test_one_console_key_too_many_ends_the_oldest(holder, subscription):
    now = timezone.now()
    made = [
        issue_console_key(actor=actor_of(holder), subscription=subscription, now=now + timedelta(seconds=at))[0]
        for at in range(CONSOLE_KEYS_AT_MOST + 1)
    ]
    last = now + timedelta(seconds=CONSOLE_KEYS_AT_MOST)
    live = set(Credential.objects.live(last).values_list("pk", flat=True))
    assert live == {row.pk for row in made[1:]}
    oldest = Credential.objects.get(pk=made[0].pk)
    assert oldest.expires_at == last
    assert oldest.generation == made[-1].generation
