from datetime import UTC, datetime

import pytest

from accounts.models import AuditEvent
from common.access import Denied
from common.errors import Conflict, Invalid
from marketplace.generations import current
from marketplace.models import Plan, Subscription
from marketplace.plans import limits_of
from marketplace.usecases.create_plan import create_plan
from marketplace.usecases.deprecate_plan import deprecate_plan
from marketplace.usecases.edit_plan import edit_plan
from marketplace.usecases.restore_plan import restore_plan
from tests.factories.accounts import actor_of, make_team, make_user
from tests.factories.catalog import make_api
from tests.factories.marketplace import MARKETPLACE_ADMINISTRATOR, make_plan, make_subscription

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ADMIN = {"actor": MARKETPLACE_ADMINISTRATOR, "now": NOW}

pytestmark = pytest.mark.django_db


def per(requests, unit):
    return {"requests": requests, "per": unit}


def test_it_is_offered_last_with_a_slug_of_its_name():
    api = make_api()
    first = make_plan(api, "Free")
    second = create_plan(
        api=api, metadata={"name": "Gold & Silver", "limits": [per(500, "hour"), per(5, "second")]}, **ADMIN
    )
    assert (second.slug, second.position, first.position) == ("gold-silver", 1, 0)
    assert (second.approval, second.authentication) == ("owner", "api_key")
    assert limits_of(Plan.objects.get(pk=second.pk)) == [per(5, "second"), per(500, "hour")]
    assert current() == 0


@pytest.mark.parametrize(
    "metadata",
    [
        {"name": " "},
        {"name": "A", "limits": [per(0, "second")]},
        {"name": "A", "limits": [per(5, "day")]},
        {"name": "A", "limits": [per(5, "second"), per(6, "second")]},
        {"name": "A", "approval": "perhaps"},
    ],
)
def test_it_refuses_what_cannot_be_offered(metadata):
    with pytest.raises(Invalid):
        create_plan(api=make_api(), metadata=metadata, **ADMIN)


def test_it_has_a_slug_of_its_own():
    plan = make_plan(name="Free")
    with pytest.raises(Conflict, match="free"):
        make_plan(plan.api, "Free")
    make_plan(make_api(), "Free")


def test_it_is_the_matter_of_publishers_of_the_owning_team():
    member = make_user()
    api = make_api(owner=make_team(members=(member,)))
    plan = create_plan(actor=actor_of(member), api=api, metadata={"name": "Free"}, now=NOW)
    stranger = actor_of(make_user())
    for act in (
        lambda: create_plan(actor=stranger, api=api, metadata={"name": "Gold"}, now=NOW),
        lambda: edit_plan(actor=stranger, plan=plan, metadata={"name": "Gold"}, now=NOW),
        lambda: deprecate_plan(actor=stranger, plan=plan, now=NOW),
        lambda: restore_plan(actor=stranger, plan=plan, now=NOW),
    ):
        with pytest.raises(Denied):
            act()


def test_it_has_its_new_limits_for_its_subscribers_at_once():
    plan = make_plan(limits=[per(5, "second")])
    make_subscription(plan=plan)
    before = current()
    assert edit_plan(plan=plan, metadata={"description": "Same"}, **ADMIN) == ["description"]
    assert current() == before
    edit_plan(plan=plan, metadata={"limits": [per(6, "second")]}, **ADMIN)
    assert plan.generation == current() == before + 1
    told = AuditEvent.objects.latest("id")
    assert (told.action, told.difference) == ("marketplace.plan.edited", {"requests_per_second": [5, 6]})
    assert edit_plan(plan=plan, metadata={"limits": [per(6, "second")]}, **ADMIN) == []


def test_it_keeps_the_way_callers_show_who_they_are_while_somebody_is_on_it():
    plan = make_plan()
    edit_plan(plan=plan, metadata={"authentication": "keyless"}, **ADMIN)
    edit_plan(plan=plan, metadata={"authentication": "api_key"}, **ADMIN)
    make_subscription(plan=plan)
    with pytest.raises(Conflict, match="Add another plan"):
        edit_plan(plan=plan, metadata={"authentication": "keyless"}, **ADMIN)


def test_it_keeps_its_subscribers_when_it_is_deprecated_and_comes_back():
    subscription = make_subscription()
    plan, before = subscription.plan, current()
    deprecate_plan(plan=plan, **ADMIN)
    deprecate_plan(plan=plan, **ADMIN)
    assert (plan.deprecated_at, Subscription.objects.get().state, current()) == (NOW, "approved", before)
    assert AuditEvent.objects.filter(action="marketplace.plan.deprecated").count() == 1
    restore_plan(plan=plan, **ADMIN)
    restore_plan(plan=plan, **ADMIN)
    assert plan.deprecated_at is None
    assert AuditEvent.objects.filter(action="marketplace.plan.restored").count() == 1


def test_it_lets_in_without_a_key_under_one_plan_only():
    api = make_api()
    first = make_plan(api, "Open", authentication="keyless")
    assert first.generation == current() == 1
    with pytest.raises(Conflict, match="Open"):
        make_plan(api, "Also open", authentication="keyless")
    keyed = make_plan(api)
    with pytest.raises(Conflict, match="Open"):
        edit_plan(plan=keyed, metadata={"authentication": "keyless"}, **ADMIN)
    deprecate_plan(plan=first, **ADMIN)
    assert current() == 2
    make_plan(api, "Also open", authentication="keyless")
    with pytest.raises(Conflict, match="Also open"):
        restore_plan(plan=first, **ADMIN)
