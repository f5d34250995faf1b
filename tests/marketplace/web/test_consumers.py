"""The consumers of an API on its pages: names for its owner, a number for others, and what the owner may do."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actor import anonymous
from catalog.questions import consumers_of
from marketplace.models import SubscriptionState
from tests.factories.accounts import actor_of, make_team, make_user
from tests.factories.catalog import make_api
from tests.factories.credentials import make_access
from tests.factories.marketplace import make_application

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return {name: make_user(name) for name in ("owner", "holder", "stranger")}


@pytest.fixture
def api(people):
    return make_api("credit-check", title="Credit Check", owner=make_team("lending", members=(people["owner"],)))


@pytest.fixture
def subscription(api, people):
    team = make_team("channels", title="Channels", members=(people["holder"],))
    return make_access(make_application(team=team, name="Rate Offers"), api)


def read(user, path="/apis/credit-check/consumers/"):
    client = Client()
    client.force_login(user)
    return client.get(path)


def test_the_owner_reads_the_names_and_what_may_be_done(people, subscription):
    answer = read(people["owner"])
    page = answer.content.decode()
    assert [row.subscription for row in answer.context["rows"]] == [subscription]
    assert "Rate Offers" in page
    assert "Channels" in page
    for act in ("suspend", "revoke", "expiry"):
        assert reverse(f"marketplace:subscription-{act}", args=[subscription.public_id]) in page


def test_others_read_a_number_and_their_own(people, api, subscription):
    make_access(make_application(name="Someone else"), api)
    holder = read(people["holder"])
    assert [row.subscription for row in holder.context["rows"]] == [subscription]
    page = read(people["stranger"]).content.decode()
    assert "2 applications have access" in page
    assert "Rate Offers" not in page
    assert "Someone else" not in page


def test_it_is_for_people_who_are_known(api, subscription):
    assert Client().get("/apis/credit-check/consumers/").status_code == 302


def test_it_is_narrowed_by_state_environment_and_words(people, api, subscription):
    staging = make_access(make_application(name="Tests", environment="staging"), api)
    suspended = make_access(make_application(name="Slow"), api, state=SubscriptionState.SUSPENDED)
    revoked = make_access(make_application(name="Gone"), api, state=SubscriptionState.REVOKED)
    make_access(make_application(name="Waiting"), api, state=SubscriptionState.PENDING)

    def rows(query):
        found = read(people["owner"], f"/apis/credit-check/consumers/?{query}").context["rows"]
        return {row.subscription for row in found}

    assert rows("") == {subscription, staging, suspended}
    assert rows("state=suspended") == {suspended}
    assert rows("state=revoked") == {revoked}
    assert rows("environment=staging") == {staging}
    assert rows("q=channels") == {subscription}
    assert rows("q=nothing") == set()


def test_it_says_so_when_there_are_none(people, api):
    assert "No consumers yet" in read(people["owner"]).content.decode()
    assert "None of yours" in read(people["stranger"]).content.decode()
    assert "No consumer fits" in read(people["owner"], "/apis/credit-check/consumers/?q=x").content.decode()


def test_the_pages_of_the_api_lead_there(people, api, subscription):
    for who in people.values():
        tabs = {tab["name"]: tab for tab in read(who, "/apis/credit-check/").context["tabs"]}
        assert tabs["consumers"]["count"] == 1
    rail = read(people["owner"], "/apis/credit-check/").content.decode()
    assert "Rate Offers" in rail
    assert "Rate Offers" not in read(people["stranger"], "/apis/credit-check/").content.decode()
    public = make_api("open", visibility="public")
    assert "consumers" not in {tab["name"] for tab in Client().get(f"/apis/{public.slug}/").context["tabs"]}


def test_the_catalog_is_answered_who_has_access(people, api, subscription):
    told = consumers_of.ask(actor_of(people["owner"]), api)
    assert told.count == 1
    (one,) = told.named
    assert (one.id, one.name, one.team, one.team_title) == (
        subscription.application.public_id, "Rate Offers", "channels", "Channels",
    )  # fmt: skip
    assert (one.environment, one.version, one.state) == ("production", "1.0.0", "approved")
    assert one.since <= timezone.now()
    assert consumers_of.ask(actor_of(people["stranger"]), api) == type(told)(1, None)
    assert consumers_of.ask(anonymous(), api) is None
