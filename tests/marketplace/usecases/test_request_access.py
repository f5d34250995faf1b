from datetime import UTC, datetime

import pytest

from accounts.models import AuditEvent
from catalog.models import APIVersion
from common.access import Denied
from common.errors import Conflict, Invalid, NotFound
from marketplace.generations import current
from marketplace.models import AccessRequest, EnforcedAPI, Subscription
from marketplace.usecases.deprecate_plan import deprecate_plan
from marketplace.usecases.request_access import request_access
from marketplace.usecases.retire_application import retire_application
from tests.factories.accounts import actor_of, make_team, make_user
from tests.factories.catalog import make_api
from tests.factories.marketplace import (
    MARKETPLACE_ADMINISTRATOR,
    make_application,
    make_plan,
    make_subscription,
    version_of,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def ask(application, plan, version="", actor=MARKETPLACE_ADMINISTRATOR, **said):
    wanted = version_of(plan.api, version)
    return request_access(actor=actor, application=application, version=wanted, plan=plan, now=NOW, **said)


def test_it_is_approved_at_once_where_the_plan_approves_by_itself():
    plan = make_plan()
    request = ask(make_application(), plan)
    stored = Subscription.objects.get()
    assert (request.state, stored.state, stored.approved_at, stored.approved_by) == ("approved", "approved", NOW, "")
    assert stored.generation == current() == EnforcedAPI.objects.get(api=plan.api).generation


def test_it_waits_for_the_owner_where_the_owner_approves_and_tells_no_gateway():
    request = ask(make_application(), make_plan(approval="owner"), reason="Invoices")
    stored = Subscription.objects.get()
    assert (request.state, stored.state, stored.generation) == ("pending", "pending", 0)
    assert (request.reason, current()) == ("Invoices", 0)


def test_it_wants_a_reason_only_where_somebody_decides_by_it():
    with pytest.raises(Invalid) as refused:
        ask(make_application(), make_plan(approval="owner"), reason="  ")
    assert set(refused.value.fields) == {"reason"}
    assert ask(make_application(), make_plan()).state == "approved"


def test_it_wants_the_terms_of_a_plan_accepted_also_where_nobody_decides():
    plan = make_plan(terms="Be kind.")
    application = make_application()
    with pytest.raises(Invalid) as refused:
        ask(application, plan)
    assert set(refused.value.fields) == {"accepts_terms"}
    assert ask(application, plan, accepts_terms=True).terms_accepted_at == NOW


def test_it_asks_the_owner_also_for_an_application_of_the_owner():
    team = make_team()
    person = make_user()
    team.members.add(person)
    plan = make_plan(make_api(owner=team), approval="owner")
    assert ask(make_application(team=team), plan, actor=actor_of(person), reason="Ours").state == "pending"


def test_it_refuses_who_does_not_hold_the_application():
    with pytest.raises(Denied):
        ask(make_application(), make_plan(), actor=actor_of(make_user()))


def test_it_does_not_know_an_api_that_the_actor_may_not_see():
    person = make_user()
    application = make_application(person=person)
    plan = make_plan(make_api(visibility="private"))
    with pytest.raises(NotFound):
        ask(application, plan, actor=actor_of(person))


@pytest.mark.parametrize("lifecycle", ["draft", "retired"])
def test_it_refuses_versions_that_are_not_there_for_new_consumers(lifecycle):
    plan = make_plan()
    APIVersion.objects.update(lifecycle=lifecycle)
    with pytest.raises(Conflict, match=lifecycle):
        ask(make_application(), plan)


def test_it_takes_requests_for_a_deprecated_version():
    plan = make_plan()
    APIVersion.objects.update(lifecycle="deprecated")
    assert ask(make_application(), plan).state == "approved"


def test_it_refuses_a_deprecated_plan_a_plan_of_another_api_and_a_retired_application():
    plan, application = make_plan(), make_application()
    with pytest.raises(Invalid, match="no plan of"):
        request_access(
            actor=MARKETPLACE_ADMINISTRATOR,
            application=application,
            version=version_of(make_plan().api),
            plan=plan,
            now=NOW,
        )
    deprecate_plan(actor=MARKETPLACE_ADMINISTRATOR, plan=plan, now=NOW)
    with pytest.raises(Conflict, match="no new subscribers"):
        ask(application, plan)
    retire_application(actor=MARKETPLACE_ADMINISTRATOR, application=application, now=NOW)
    with pytest.raises(Conflict, match="retired"):
        ask(application, make_plan())


@pytest.mark.parametrize("state", ["pending", "approved", "suspended"])
def test_it_names_the_live_subscription_that_opens_the_version_already(state):
    plan = make_plan(make_api(versions=("1.0.0", "1.4.0", "2.0.0")), approval="owner")
    application = make_application()
    existing = make_subscription(application, plan, version="1.0.0", state=state)
    with pytest.raises(Conflict, match=existing.public_id) as refused:
        ask(application, plan, "1.4.0", reason="More")
    assert refused.value.extensions == {"subscription": existing.public_id}
    assert ask(application, plan, "2.0.0", reason="Another major version").state == "pending"


def test_it_may_ask_for_an_earlier_version_and_again_after_the_end():
    plan = make_plan(make_api(versions=("1.0.0", "1.4.0")))
    application = make_application()
    make_subscription(application, plan, version="1.4.0", state="revoked")
    assert ask(application, plan, "1.4.0").state == "approved"
    assert ask(application, plan, "1.0.0").state == "approved"


def test_it_leaves_an_audit_event_for_the_owner_of_the_api():
    plan = make_plan()
    request = ask(make_application("Invoices"), plan)
    events = AuditEvent.objects.filter(action__startswith="marketplace.").exclude(action__contains=".plan.")
    assert [(one.action, one.team_id) for one in events.order_by("id")] == [
        ("marketplace.access.requested", plan.api.owner_id),
        ("marketplace.subscription.approved", plan.api.owner_id),
    ]
    assert AccessRequest.objects.get() == request
