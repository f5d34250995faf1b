"""How much one holder may ask of Portico, and what names they may give."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.errors import Conflict, Invalid
from marketplace import bounds
from marketplace.usecases.create_application import create_application
from marketplace.usecases.issue_console_key import issue_console_key
from marketplace.usecases.request_access import request_access
from marketplace.usecases.retire_application import retire_application
from marketplace.usecases.withdraw_request import withdraw_request
from tests.factories.accounts import actor_of, make_team, make_user
from tests.factories.credentials import make_access
from tests.factories.marketplace import MARKETPLACE_ADMINISTRATOR, make_application, make_plan, version_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def holder():
    return make_user("anna")


def test_a_holder_has_only_so_many_applications(holder, monkeypatch):
    monkeypatch.setattr(bounds, "APPLICATIONS_AT_MOST", 2)
    actor, now = actor_of(holder), timezone.now()
    first = make_application(person=holder)
    make_application(person=holder)

    with pytest.raises(Conflict, match="Retire"):
        create_application(actor=actor, name="Third", now=now)

    retire_application(actor=actor, application=first, now=now)
    assert create_application(actor=actor, name="Third", now=now).pk
    assert create_application(actor=MARKETPLACE_ADMINISTRATOR, name="Another's", team=make_team().slug, now=now).pk


@pytest.mark.parametrize("name", ["pay\r\nBcc: x@example.com", "\u202eseciovni", "a\u2066b", "a\x00b", "a\u2028b"])
def test_an_application_has_a_name_that_is_seen_as_it_is(holder, name):
    with pytest.raises(Invalid) as refused:
        create_application(actor=actor_of(holder), name=name, now=timezone.now())
    assert refused.value.fields.keys() == {"name"}


def test_an_api_is_asked_for_only_so_often_a_day(holder, monkeypatch):
    monkeypatch.setattr(bounds, "REQUESTS_A_DAY", 2)
    actor, now = actor_of(holder), timezone.now()
    plan = make_plan(approval="owner")

    def ask(at):
        request = request_access(
            actor=actor,
            application=make_application(person=holder),
            version=version_of(plan.api, ""),
            plan=plan,
            reason="Invoices",
            now=at,
        )
        return withdraw_request(actor=actor, request=request, now=at)

    ask(now)
    ask(now)
    with pytest.raises(Conflict, match="tomorrow"):
        ask(now)
    assert ask(now + timedelta(days=1, seconds=1)).pk


def test_a_subscription_gets_only_so_many_keys_an_hour(holder, monkeypatch):
    monkeypatch.setattr(bounds, "KEYS_AN_HOUR", 2)
    actor, now = actor_of(holder), timezone.now()
    subscription = make_access(make_application(person=holder))

    for _ in range(2):
        issue_console_key(actor=actor, subscription=subscription, now=now)
    with pytest.raises(Conflict, match="an hour"):
        issue_console_key(actor=actor, subscription=subscription, now=now)

    later = now + timedelta(hours=1, seconds=1)
    assert issue_console_key(actor=actor, subscription=subscription, now=later)
