"""Rotating: the new key at once, the older one until the overlap ends, which may be changed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from common.access import Denied
from common.errors import Conflict, Invalid
from marketplace.models import Credential, EnforcedAPI, SubscriptionState
from marketplace.signals import key_issued
from marketplace.usecases.change_overlap import change_overlap
from marketplace.usecases.rotate_key import OVERLAP, rotate_key
from tests.factories.accounts import actor_of, make_team, make_user
from tests.factories.credentials import make_access, make_key
from tests.factories.marketplace import make_application
from tests.marketplace.listening import Heard

pytestmark = pytest.mark.django_db


@pytest.fixture
def holder():
    return make_user("anna")


@pytest.fixture
def subscription(holder):
    return make_access(make_application(team=make_team("channels", members=(holder,))))


def rotate(holder, subscription, **given):
    return rotate_key(actor=actor_of(holder), subscription=subscription, **{"now": timezone.now()} | given)


def test_both_keys_work_until_the_overlap_ends(holder, subscription, django_capture_on_commit_callbacks):
    older, _ = make_key(subscription)
    now = timezone.now()
    with Heard(key_issued) as heard, django_capture_on_commit_callbacks(execute=True):
        newer, secret = rotate(holder, subscription, now=now)
    older.refresh_from_db()
    newer.refresh_from_db()
    assert older.expires_at == now + OVERLAP == now + timedelta(hours=24)
    assert newer.expires_at is None
    assert secret.endswith(newer.last_four)
    assert older.generation == newer.generation == EnforcedAPI.objects.get(api=subscription.api).generation
    assert heard.told == [{"credential_id": newer.pk}]
    event = AuditEvent.objects.get(action="marketplace.credential.rotated")
    assert event.object_id == newer.pk
    assert event.difference["replaces"] == [None, str(older)]
    assert event.difference["both_work_until"] == [None, older.expires_at.isoformat()]


def test_the_older_key_does_not_live_longer_for_it(holder, subscription):
    now = timezone.now()
    end = now + timedelta(hours=1)
    older, _ = make_key(subscription, expires_at=end)
    rotate(holder, subscription, overlap=timedelta(days=7), now=now)
    older.refresh_from_db()
    assert older.expires_at == end


def test_without_an_overlap_the_older_key_ends_at_once(holder, subscription):
    make_key(subscription)
    now = timezone.now()
    newer, _ = rotate(holder, subscription, overlap=timedelta(0), now=now)
    assert list(Credential.objects.live(now)) == [newer]


@pytest.mark.parametrize("overlap", [timedelta(seconds=-1), timedelta(days=30, seconds=1)])
def test_an_overlap_is_from_none_to_30_days(holder, subscription, overlap):
    make_key(subscription)
    with pytest.raises(Invalid) as refused:
        rotate(holder, subscription, overlap=overlap)
    assert list(refused.value.fields) == ["overlap_seconds"]
    rotate(holder, subscription, overlap=timedelta(days=30))


def test_there_must_be_one_to_rotate(holder, subscription):
    now = timezone.now()
    make_key(subscription, expires_at=now)
    with pytest.raises(Conflict, match="no live key to rotate"):
        rotate(holder, subscription, now=now)


def test_there_is_no_third_key(holder, subscription):
    make_key(subscription)
    rotate(holder, subscription)
    with pytest.raises(Conflict, match="Two keys of this subscription are live"):
        rotate(holder, subscription)


def test_a_suspended_access_rotates_nothing(holder, subscription):
    make_key(subscription)
    subscription.state = SubscriptionState.SUSPENDED
    subscription.save()
    with pytest.raises(Conflict, match="is suspended"):
        rotate(holder, subscription)


def test_it_is_for_those_who_hold_the_application(holder, subscription):
    key, _ = make_key(subscription)
    stranger = make_user()
    with pytest.raises(Denied):
        rotate(stranger, subscription)
    with pytest.raises(Denied):
        change_overlap(
            actor=actor_of(stranger), credential=key, expires_at=timezone.now() + OVERLAP, now=timezone.now()
        )


def change(holder, credential, expires_at, now=None):
    change_overlap(actor=actor_of(holder), credential=credential, expires_at=expires_at, now=now or timezone.now())


def test_the_end_of_an_overlap_is_changed(holder, subscription):
    older, _ = make_key(subscription)
    now = timezone.now()
    newer, _ = rotate(holder, subscription, now=now)
    for days in (9, 1):
        end = now + timedelta(days=days)
        change(holder, older, end)
        kept = Credential.objects.get(pk=older.pk)
        assert kept.expires_at == older.expires_at == end
        assert kept.generation == older.generation > newer.generation
    event = AuditEvent.objects.filter(action="marketplace.credential.overlap_changed").latest("at")
    assert event.difference["expires_at"] == [(now + timedelta(days=9)).isoformat(), end.isoformat()]


def test_the_same_end_again_changes_nothing(holder, subscription):
    older, _ = make_key(subscription)
    rotate(holder, subscription)
    older.refresh_from_db()
    before = EnforcedAPI.objects.get(api=subscription.api).generation
    change(holder, older, older.expires_at)
    assert EnforcedAPI.objects.get(api=subscription.api).generation == before
    assert not AuditEvent.objects.filter(action="marketplace.credential.overlap_changed").exists()


def test_only_the_older_of_two_live_keys_has_an_overlap(holder, subscription):
    older, _ = make_key(subscription)
    end = timezone.now() + timedelta(days=2)
    with pytest.raises(Conflict, match="Only the older of two live keys"):
        change(holder, older, end)
    newer, _ = rotate(holder, subscription)
    with pytest.raises(Conflict, match="Only the older of two live keys"):
        change(holder, newer, end)


@pytest.mark.parametrize(("ahead", "words"), [(timedelta(0), "has passed"), (timedelta(days=31), "at most 30 days")])
def test_an_overlap_ends_in_the_future_and_within_30_days(holder, subscription, ahead, words):
    older, _ = make_key(subscription)
    now = timezone.now()
    rotate(holder, subscription, now=now)
    with pytest.raises(Invalid, match=words):
        change(holder, older, now + ahead, now)
