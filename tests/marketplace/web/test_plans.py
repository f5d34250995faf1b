"""The plans of an API: in its rail, on their page, and in the hands of its owner."""

import pytest
from django.urls import reverse

from marketplace.models import Plan
from tests.catalog.web.elements import Elements
from tests.factories.catalog import make_api
from tests.factories.marketplace import make_plan, make_subscription

FORM = {"name": "Standard", "approval": "automatic", "authentication": "api_key"}


@pytest.fixture
def api(cast):
    return make_api("credit-check", owner=cast.team)


def url(name, *args):
    return reverse(f"marketplace:{name}", args=args)


def test_the_rail_shows_the_plans_with_their_limits(cast, api):
    make_plan(api, "Standard", limits=[{"requests": 50, "per": "second"}, {"requests": 5_000, "per": "hour"}])

    rail = " ".join(Elements(cast.client("viewer").get("/apis/credit-check/").content).texts("rail"))

    assert "Standard 50 requests a second, 5,000 an hour Automatic" in rail


def test_its_owner_adds_a_plan(cast, api):
    answer = cast.client("member").post(url("plan-new", api.slug), {**FORM, "per_second": "50", "terms": "Be kind"})

    plan = Plan.objects.get()
    assert answer.headers["Location"] == url("api-plans", api.slug)
    assert (plan.title, plan.requests_per_second, plan.requests_per_hour, plan.terms) == (
        "Standard", 50, None, "Be kind",
    )  # fmt: skip


@pytest.mark.parametrize(("field", "value"), [("per_second", "0"), ("per_hour", "-1"), ("name", "x" * 201)])
def test_it_says_beside_the_field_what_is_wrong(cast, api, field, value):
    answer = cast.client("member").post(url("plan-new", api.slug), {**FORM, field: value})

    assert answer.status_code == 422
    assert f"id_{field}-error" in Elements(answer.content).by_id


def test_it_says_how_many_get_new_limits_at_once(cast, api):
    plan = make_plan(api, limits=[{"requests": 50, "per": "second"}])
    make_subscription(plan=plan)
    make_subscription(plan=plan)
    client = cast.client("member")

    page = client.get(url("plan-edit", api.slug, plan.public_id)).content.decode()
    client.post(url("plan-edit", api.slug, plan.public_id), {**FORM, "name": plan.title, "per_minute": "10"})

    plan.refresh_from_db()
    assert "2 subscribers get new limits at once" in page
    assert (plan.requests_per_second, plan.requests_per_minute) == (None, 10)


def test_it_moves_deprecates_and_restores_plans(cast, api):
    first, second = make_plan(api, "First"), make_plan(api, "Second")
    client = cast.client("member")

    client.post(url("plan-move", api.slug, second.public_id), {"direction": "up"})
    assert list(Plan.objects.order_by("position")) == [second, first]

    client.post(url("plan-deprecate", api.slug, first.public_id))
    assert Plan.objects.get(pk=first.pk).deprecated_at is not None
    client.post(url("plan-restore", api.slug, first.public_id))
    assert Plan.objects.get(pk=first.pk).deprecated_at is None


def test_a_plan_of_another_api_is_not_there(cast, api):
    other = make_plan(make_api(owner=cast.team))
    assert cast.client("member").get(url("plan-edit", api.slug, other.public_id)).status_code == 404


def test_those_who_do_not_own_it_see_no_way_to_change_it(cast, api):
    plan = make_plan(api)

    page = Elements(cast.client("viewer").get(url("api-plans", api.slug)).content)

    assert plan.title in " ".join(page.texts("data"))
    assert url("plan-new", api.slug) not in page.links()
