"""Approvals: the queue of those who decide, the answers to a request, and what its maker sees of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.models import AccessRequest, RequestState, SubscriptionState
from marketplace.web.places import application_url
from tests.catalog.web.elements import Elements
from tests.factories.catalog import make_api
from tests.factories.marketplace import make_application, make_plan, make_request, make_subscription

QUEUE = reverse("marketplace:approvals")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def plan(cast):
    return make_plan(make_api("credit-check", owner=cast.team), "High volume", approval="owner")


@pytest.fixture
def application(cast):
    return make_application("Rate Offers", team=cast.other_team)


@pytest.fixture
def request_made(application, plan):
    return make_request(application, plan, reason="Scores at night")


def url(name, found):
    return reverse(f"marketplace:request-{name}", args=[found.public_id])


def shown(client, query=""):
    return Elements(client.get(f"{QUEUE}{query}").content)


def test_it_shows_who_decides_what_waits_oldest_first_with_what_to_know(cast, application, plan):
    make_subscription(application, make_plan(make_api("ledger", owner=cast.team)))
    late = make_request(application, plan, reason="Scores at night")
    early = make_request(make_application("Early", team=cast.other_team), plan, now=timezone.now() - timedelta(days=1))

    page = shown(cast.client("member"))

    rows = page.texts("request")
    assert [row.split(" asks for")[0] for row in rows] == ["Early", "Rate Offers"]
    assert {early.public_id, late.public_id} <= set(page.by_id)
    assert "Scores at night" in rows[1]
    assert "Also uses Payments" in rows[1]


def test_it_counts_what_the_application_uses_that_who_decides_may_not_know_of(cast, application, plan):
    make_subscription(application, make_plan(make_api("hidden", owner=cast.other_team, visibility="private")))
    make_request(application, plan)

    row = shown(cast.client("member")).texts("request")[0]

    assert "Also uses 1 API" in row


def test_others_see_nothing_of_it(cast, request_made):
    assert shown(cast.client("viewer")).texts("nothing-title") == ["No open request"]
    assert cast.client("viewer").get(url("approve", request_made)).status_code == 404


def test_it_approves_in_place_and_says_so(cast, request_made):
    answer = cast.client("member").post(url("approve", request_made), {"row": "true"}, headers=HTMX)

    row = Elements(answer.content)
    request_made.subscription.refresh_from_db()
    assert request_made.subscription.state == SubscriptionState.APPROVED
    assert row.texts("state-good") == ["Approved"]
    assert row.actions() == []
    assert "is approved" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_it_approves_without_scripts_and_comes_back(cast, request_made):
    answer = cast.client("member").post(f"{url('approve', request_made)}?next={QUEUE}", {"row": "true"})

    assert answer.headers["Location"] == QUEUE
    request_made.refresh_from_db()
    assert request_made.state == RequestState.APPROVED


def test_it_approves_until_the_end_of_a_day(cast, request_made):
    cast.client("member").post(url("approve", request_made), {"expires_at": "2031-02-28", "reason": "For a year"})

    request_made.subscription.refresh_from_db()
    assert request_made.subscription.expires_at == datetime(2031, 2, 28, 23, 59, 59, tzinfo=UTC)


def test_it_refuses_an_end_that_has_passed_beside_its_field(cast, request_made):
    answer = cast.client("member").post(url("approve", request_made), {"expires_at": "2001-01-01"})

    assert answer.status_code == 422
    assert "id_expires_at-error" in Elements(answer.content).by_id


def test_it_rejects_only_with_a_reason(cast, request_made):
    client = cast.client("member")

    assert client.post(url("reject", request_made), {"reason": " "}).status_code == 422
    client.post(url("reject", request_made), {"reason": "Use the batch plan"})

    request_made.refresh_from_db()
    assert (request_made.state, request_made.decision_reason) == (RequestState.REJECTED, "Use the batch plan")
    assert "Use the batch plan" in shown(cast.client("stranger"), "?show=made").texts("request")[0]


def test_it_asks_back_and_waits_for_the_answer(cast, request_made):
    owner, asker = cast.client("member"), cast.client("stranger")

    owner.post(url("ask", request_made), {"text": "How many a day?"})
    asked = shown(asker, "?show=made")
    asker.post(url("answer", request_made), {"text": "Ten"})

    assert "How many a day?" in asked.texts("request")[0]
    assert any(link.startswith(url("answer", request_made)) for link in asked.links())
    said = shown(owner).texts("said")[0]
    assert said.index("How many a day?") < said.index("Ten")
    request_made.refresh_from_db()
    assert request_made.state == RequestState.PENDING


def test_its_maker_withdraws_it(cast, request_made):
    answer = cast.client("stranger").post(url("withdraw", request_made))

    request_made.refresh_from_db()
    assert answer.headers["Location"] == application_url(request_made.subscription.application)
    assert request_made.state == RequestState.WITHDRAWN


def test_it_says_above_the_question_that_somebody_else_decided(cast, request_made):
    AccessRequest.objects.update(state=RequestState.REJECTED, decided_by_name="Somebody")

    answer = cast.client("member").post(url("approve", request_made), {"row": "true"}, headers=HTMX)

    assert answer.status_code in (409, 422)
    assert "already" in answer.content.decode()


def test_it_lists_what_was_decided_and_what_one_made(cast, request_made):
    cast.client("member").post(url("reject", request_made), {"reason": "No"})

    assert len(shown(cast.client("member"), "?show=decided").texts("request")) == 1
    assert len(shown(cast.client("stranger"), "?show=made").texts("request")) == 1
    assert shown(cast.client("member")).texts("request") == []


def test_it_does_not_name_an_api_that_its_maker_may_not_know_of_any_more(cast, request_made):
    api = request_made.subscription.api
    api.visibility = "private"
    api.save()

    page = shown(cast.client("stranger"), "?show=made")

    assert f"/apis/{api.slug}/" not in page.links()
    assert "asks for a private API" in page.texts("request")[0]


def test_it_reads_as_often_for_many_requests_as_for_one(cast, plan, django_assert_num_queries):
    client = cast.client("member")
    for many in (1, 6):
        for _ in range(many):
            make_request(make_application(team=cast.other_team), plan)
        with django_assert_num_queries(18):
            client.get(QUEUE)


def test_it_names_the_person_whose_token_asked(cast, request_made):
    AccessRequest.objects.update(requested_by=cast.stranger, requested_by_name="laptop (somebody)")
    row = shown(cast.client("member")).texts("request")[0]
    assert cast.stranger.display_name in row
    assert "laptop" not in row

    AccessRequest.objects.update(requested_by=None)
    assert "laptop (somebody)" in shown(cast.client("member")).texts("request")[0]


def test_it_says_whose_turn_it_is(cast, request_made):
    AccessRequest.objects.update(state=RequestState.ASKED)
    assert "waits for an answer" in shown(cast.client("member")).texts("request")[0]


def test_it_says_what_is_missing_from_a_rejection(cast, request_made):
    answer = cast.client("member").post(url("reject", request_made), {"reason": ""})
    assert answer.status_code == 422
    assert "Say why." in answer.content.decode()


def test_its_maker_is_told_where_the_reason_stands(cast, request_made):
    cast.client("member").post(url("reject", request_made), {"reason": "Use Standard first."})
    overview = cast.client("stranger").get(application_url(request_made.subscription.application)).content.decode()
    assert "No access at the moment" in overview
    subscriptions = f"{application_url(request_made.subscription.application)}subscriptions/"
    assert subscriptions in Elements(overview.encode()).links()
    assert "Use Standard first." in cast.client("stranger").get(subscriptions).content.decode()


def test_it_says_what_withdrawing_does(cast, request_made):
    asked = cast.client("stranger").get(url("withdraw", request_made)).content.decode()
    assert "It leaves the queue of Payments. You may ask again." in asked
