"""A key that was issued stands in its answer and nowhere else: no table, no log, no audit event, no message."""

import logging

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Scope
from tests.factories.accounts import make_team, make_token, make_user
from tests.factories.catalog import make_api
from tests.factories.credentials import make_access
from tests.factories.marketplace import make_application

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person():
    return make_user("anna")


@pytest.fixture
def subscription(person):
    return make_access(make_application(team=make_team("channels", members=(person,))), make_api("credit-check"))


def whole_database() -> str:
    """Every row of every table as text."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        texts = []
        for table in tables:
            cursor.execute(f"SELECT coalesce(string_agg(row::text, chr(10)), '') FROM \"{table}\" AS row")
            texts.append(cursor.fetchone()[0])
    assert len(tables) > 30
    return "\n".join(texts)


def secret_parts(key: str) -> list[str]:
    """What tells a key: all of it, and the part of it that is chance but for its last four characters."""
    return [key, key[-33:-4]]


def test_a_key_is_nowhere_but_in_its_answer(person, subscription, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    secret = make_token(user=person, scopes=(Scope.MARKETPLACE,))[1]
    rest = Client(headers={"authorization": f"Bearer {secret}"})
    page = Client()
    page.force_login(person)
    base = f"/api/v1/subscriptions/{subscription.public_id}/credentials"
    keys = [
        rest.post(base, {"kind": "api_key"}, content_type="application/json").json()["key"],
        page.post(
            reverse("marketplace:key-rotate", args=[subscription.public_id]),
            {"overlap_seconds": "0", "lifetime": "30"},
        ).context["whole"],
    ]
    refused = rest.post(base, {"kind": "api_key", "expires_at": keys[0]}, content_type="application/json")
    assert refused.status_code == 400
    database, logged, printed = whole_database(), caplog.text, "".join(capfd.readouterr())
    # What is stored of it is found: the search reads what it should.
    assert keys[0][-4:] in database
    told = "".join(str(message.body) for message in mail.outbox)
    for key in keys:
        for part in secret_parts(key):
            for place in (database, logged, printed, told):
                assert part not in place
