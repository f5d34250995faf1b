"""What several people decide about access at the same moment, in transactions of their own."""

import pytest
from django.utils import timezone

from common.errors import Conflict
from marketplace.models import AccessRequest, Subscription
from marketplace.tasks import EXPIRY
from marketplace.usecases.approve_request import approve_request
from marketplace.usecases.expire_subscriptions import expire_subscriptions
from marketplace.usecases.reject_request import reject_request
from marketplace.usecases.request_access import request_access
from marketplace.usecases.retire_application import retire_application
from marketplace.usecases.revoke_subscription import revoke_subscription
from tests.concurrency.test_people import together
from tests.factories.marketplace import (
    MARKETPLACE_ADMINISTRATOR,
    make_application,
    make_plan,
    make_request,
    make_subscription,
    version_of,
)

pytestmark = pytest.mark.django_db(transaction=True)

ADMIN = {"actor": MARKETPLACE_ADMINISTRATOR}


def test_it_approves_once_of_several_approvals_at_once():
    request = make_request()
    outcomes = together(*[lambda: approve_request(request=request, now=timezone.now(), **ADMIN)] * 4)
    assert outcomes.count(Conflict) == 3
    stored = Subscription.objects.get()
    assert (stored.state, stored.generation) == ("approved", 1)


def test_it_counts_one_of_two_answers_that_differ():
    request = make_request()
    outcomes = together(
        lambda: approve_request(request=request, now=timezone.now(), **ADMIN),
        lambda: reject_request(request=request, reason="No", now=timezone.now(), **ADMIN),
    )
    assert outcomes.count(Conflict) == 1
    assert AccessRequest.objects.get().state == Subscription.objects.get().state


def test_it_gives_one_subscription_to_an_application_that_asks_twice_at_once():
    application, plan = make_application(), make_plan()
    version = version_of(plan.api)
    asked = {"application": application, "plan": plan, "version": version, **ADMIN}
    outcomes = together(*[lambda: request_access(now=timezone.now(), **asked)] * 3)
    assert outcomes.count(Conflict) == 2
    assert Subscription.objects.count() == 1


def test_it_leaves_nothing_open_of_an_application_that_is_retired_while_it_asks():
    application, plan = make_application(), make_plan()
    version = version_of(plan.api)
    together(
        lambda: request_access(application=application, plan=plan, version=version, now=timezone.now(), **ADMIN),
        lambda: retire_application(application=application, now=timezone.now(), **ADMIN),
    )
    assert not Subscription.objects.exclude(state="revoked").exists()


def test_it_ends_once_when_it_is_revoked_as_it_expires():
    subscription = make_subscription(expires_at=timezone.now())
    together(
        lambda: revoke_subscription(subscription=subscription, now=timezone.now(), **ADMIN),
        lambda: expire_subscriptions(actor=EXPIRY, now=timezone.now()),
        lambda: expire_subscriptions(actor=EXPIRY, now=timezone.now()),
    )
    stored = Subscription.objects.get()
    assert stored.state in ("revoked", "expired")
    assert stored.generation == subscription.generation + 1
