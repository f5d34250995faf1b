"""What several people do with the keys of one subscription at the same moment, in transactions of their own."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.errors import Conflict
from marketplace.models import Credential, EnforcedAPI
from marketplace.usecases.issue_console_key import CONSOLE_KEYS_AT_MOST, issue_console_key
from marketplace.usecases.issue_key import issue_key
from marketplace.usecases.revoke_credential import revoke_credential
from marketplace.usecases.revoke_subscription import revoke_subscription
from marketplace.usecases.rotate_key import rotate_key
from tests.concurrency.test_people import together
from tests.factories.credentials import make_access, make_key
from tests.factories.marketplace import MARKETPLACE_ADMINISTRATOR

pytestmark = pytest.mark.django_db(transaction=True)

ACTOR = MARKETPLACE_ADMINISTRATOR


def test_it_issues_two_of_many_keys_that_are_asked_for_at_once():
    subscription = make_access()
    outcomes = together(*[lambda: issue_key(actor=ACTOR, subscription=subscription, now=timezone.now())] * 5)
    assert outcomes.count(Conflict) == 3
    assert Credential.objects.live(timezone.now()).count() == 2


def test_it_rotates_once_while_two_keys_overlap():
    subscription = make_access()
    make_key(subscription)
    outcomes = together(*[lambda: rotate_key(actor=ACTOR, subscription=subscription, now=timezone.now())] * 3)
    assert outcomes.count(Conflict) == 2
    assert Credential.objects.live(timezone.now()).count() == 2


def test_without_an_overlap_each_rotation_replaces_the_one_before():
    subscription, now = make_access(), timezone.now()
    make_key(subscription, created_at=now)
    rotations = [lambda: rotate_key(actor=ACTOR, subscription=subscription, overlap=timedelta(0), now=now)] * 3
    assert Conflict not in together(*rotations)
    assert Credential.objects.live(now).count() == 1


def test_it_keeps_the_console_keys_within_their_number():
    subscription = make_access()
    together(*[lambda: issue_console_key(actor=ACTOR, subscription=subscription, now=timezone.now())] * 8)
    assert Credential.objects.live(timezone.now()).count() == CONSOLE_KEYS_AT_MOST


def test_a_key_and_its_access_are_revoked_at_once_and_neither_waits_for_the_other_forever():
    for _ in range(3):
        subscription = make_access()
        key, _made = make_key(subscription)
        told = {"actor": ACTOR, "now": timezone.now()}
        together(
            lambda given=key, told=told: revoke_credential(credential=given, **told),
            lambda given=subscription, told=told: revoke_subscription(subscription=given, **told),
        )
        subscription.refresh_from_db()
        key.refresh_from_db()
        assert subscription.state == "revoked"
        assert key.revoked_at is not None
        latest = EnforcedAPI.objects.get(api=subscription.api_id).generation
        assert max(key.generation, subscription.generation) == latest


def test_every_change_has_a_generation_of_its_own():
    subscriptions = [make_access() for _ in range(4)]
    rows = together(
        *[
            lambda given=given: issue_key(actor=ACTOR, subscription=given, now=timezone.now())[0].generation
            for given in subscriptions
        ]
    )
    assert len(set(rows)) == 4
