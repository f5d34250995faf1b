"""What becomes of subscriptions: suspended, resumed, revoked, expired, on another plan."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.actor import system_actor
from accounts.models import AuditEvent
from common.access import Denied
from common.errors import Conflict, Invalid
from marketplace.generations import current
from marketplace.models import AccessRequest, Credential, EnforcedAPI, Subscription
from marketplace.permissions import Action
from marketplace.signals import request_withdrawn, subscription_changed, subscription_expiry_set
from marketplace.tasks import EXPIRY
from marketplace.tasks import expire_subscriptions as expire_all
from marketplace.usecases.approve_request import approve_request
from marketplace.usecases.deprecate_plan import deprecate_plan
from marketplace.usecases.expire_subscriptions import expire_subscriptions
from marketplace.usecases.reject_request import reject_request
from marketplace.usecases.request_plan_change import request_plan_change
from marketplace.usecases.resume_subscription import resume_subscription
from marketplace.usecases.revoke_subscription import revoke_subscription
from marketplace.usecases.set_subscription_expiry import set_subscription_expiry
from marketplace.usecases.suspend_subscription import suspend_subscription
from tests.factories.accounts import actor_of, make_team, make_user
from tests.factories.catalog import make_api
from tests.factories.credentials import make_key
from tests.factories.marketplace import (
    MARKETPLACE_ADMINISTRATOR,
    make_application,
    make_plan,
    make_subscription,
)
from tests.marketplace.listening import Heard

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)

pytestmark = pytest.mark.django_db

END = {"actor": MARKETPLACE_ADMINISTRATOR, "now": NOW}


def stored(subscription):
    return Subscription.objects.get(pk=subscription.pk)


def keys_of(subscription):
    """The generations of a live key, a revoked one and one that has expired."""
    made = [make_key(subscription)[0] for _ in range(3)]
    Credential.objects.filter(pk=made[1].pk).update(revoked_at=NOW)
    Credential.objects.filter(pk=made[2].pk).update(expires_at=NOW - timedelta(seconds=1))
    Credential.objects.update(generation=0)
    return made


@pytest.mark.parametrize(
    ("begin", "act", "state", "verb"),
    [
        ("approved", suspend_subscription, "suspended", "suspended"),
        ("suspended", resume_subscription, "approved", "resumed"),
        ("approved", revoke_subscription, "revoked", "revoked"),
        ("suspended", revoke_subscription, "revoked", "revoked"),
    ],
)
def test_it_changes_its_state_and_the_fate_of_its_live_keys(
    begin, act, state, verb, django_capture_on_commit_callbacks
):
    subscription = make_subscription(state=begin)
    other = make_subscription()
    live, revoked, expired = keys_of(subscription)
    with Heard(subscription_changed) as heard, django_capture_on_commit_callbacks(execute=True):
        act(subscription=subscription, **END)
    row = stored(subscription)
    assert (row.state, row.changed_at, row.changed_by) == (state, NOW, "factory")
    generations = [Credential.objects.get(pk=key.pk).generation for key in (live, revoked, expired)]
    assert generations == [row.generation, 0, 0]
    assert row.generation == current() == EnforcedAPI.objects.get(api=row.api_id).generation
    assert stored(other).generation < row.generation
    assert heard.told == [{"subscription_id": row.pk, "state": state}]
    assert AuditEvent.objects.latest("id").action == f"marketplace.subscription.{verb}"


@pytest.mark.parametrize(
    ("begin", "act"),
    [
        ("pending", suspend_subscription),
        ("suspended", suspend_subscription),
        ("approved", resume_subscription),
        ("pending", revoke_subscription),
        ("revoked", revoke_subscription),
        ("revoked", resume_subscription),
    ],
)
def test_it_refuses_what_its_state_does_not_allow(begin, act):
    subscription = make_subscription(state=begin)
    with pytest.raises(Conflict) as refused:
        act(subscription=subscription, **END)
    assert refused.value.extensions == {"state": begin}


def test_it_is_held_by_the_owner_and_ended_by_both():
    owner, holder = make_user(), make_user()
    plan = make_plan(make_api(owner=make_team(members=(owner,))))
    subscription = make_subscription(make_application(person=holder), plan)
    for act in (suspend_subscription, resume_subscription):
        with pytest.raises(Denied):
            act(actor=actor_of(holder), subscription=subscription, now=NOW)
    with pytest.raises(Denied):
        revoke_subscription(actor=actor_of(make_user()), subscription=subscription, now=NOW)
    suspend_subscription(actor=actor_of(owner), subscription=subscription, reason="Too much", now=NOW)
    assert stored(subscription).state_reason == "Too much"
    assert revoke_subscription(actor=actor_of(holder), subscription=subscription, now=NOW).state == "revoked"


def test_it_says_when_it_ends_once(django_capture_on_commit_callbacks):
    subscription = make_subscription()
    with Heard(subscription_expiry_set) as heard, django_capture_on_commit_callbacks(execute=True):
        set_subscription_expiry(subscription=subscription, expires_at=LATER, **END)
        generation = stored(subscription).generation
        set_subscription_expiry(subscription=subscription, expires_at=LATER, **END)
    assert (stored(subscription).expires_at, stored(subscription).generation) == (LATER, generation)
    assert heard.told == [{"subscription_id": subscription.pk}]
    with pytest.raises(Invalid):
        set_subscription_expiry(subscription=subscription, expires_at=NOW, **END)
    assert set_subscription_expiry(subscription=subscription, expires_at=None, **END).expires_at is None


def test_it_expires_what_has_come_to_its_end_and_nothing_else(django_capture_on_commit_callbacks):
    due = make_subscription(expires_at=NOW)
    resting = make_subscription(state="suspended", expires_at=NOW - timedelta(days=1))
    others = [make_subscription(expires_at=LATER), make_subscription(), make_subscription(state="revoked")]
    live, *_ = keys_of(due)
    with Heard(subscription_changed) as heard, django_capture_on_commit_callbacks(execute=True):
        assert expire_subscriptions(actor=EXPIRY, now=NOW) == 2
        assert expire_subscriptions(actor=EXPIRY, now=NOW) == 0
    assert [stored(one).state for one in (due, resting, *others)] == [
        "expired", "expired", "approved", "approved", "revoked",
    ]  # fmt: skip
    assert stored(due).generation == current() == Credential.objects.get(pk=live.pk).generation
    assert heard.told == [{"subscription_id": one.pk, "state": "expired"} for one in (due, resting)]
    assert AuditEvent.objects.filter(action="marketplace.subscription.expired").count() == 2


def test_it_asks_one_query_when_nothing_is_due(django_assert_num_queries):
    make_subscription(expires_at=datetime(2999, 1, 1, tzinfo=UTC))
    with django_assert_num_queries(1):
        expire_all()


def test_it_lets_nobody_expire_a_subscription():
    with pytest.raises(Denied):
        expire_subscriptions(actor=MARKETPLACE_ADMINISTRATOR, now=NOW)
    assert expire_subscriptions(actor=system_actor("x", Action.SUBSCRIPTION_EXPIRE), now=NOW) == 0


def test_it_does_not_resume_what_has_come_to_its_end():
    subscription = make_subscription(state="suspended", expires_at=NOW)
    with pytest.raises(Conflict, match="ended by its date"):
        resume_subscription(subscription=subscription, **END)


def change(subscription, plan, reason="More traffic", **said):
    return request_plan_change(subscription=subscription, plan=plan, reason=reason, **said, **END)


def test_it_is_on_another_plan_at_once_where_that_approves_by_itself():
    subscription = make_subscription()
    plan = make_plan(subscription.api, limits=[{"requests": 5, "per": "second"}])
    before = subscription.generation
    assert change(subscription, plan, reason="").state == "approved"
    row = stored(subscription)
    assert (row.plan, row.state) == (plan, "approved")
    assert row.generation > before
    assert AuditEvent.objects.latest("id").action == "marketplace.subscription.plan_changed"


def test_it_stays_on_its_plan_until_the_owner_answers():
    subscription = make_subscription()
    old, plan = subscription.plan, make_plan(subscription.api, approval="owner")
    request = change(subscription, plan)
    assert (request.state, stored(subscription).plan, stored(subscription).state) == ("pending", old, "approved")
    with pytest.raises(Conflict, match="waits for an answer"):
        change(subscription, plan)
    reject_request(request=request, reason="No", **END)
    assert (stored(subscription).plan, stored(subscription).state) == (old, "approved")
    approve_request(request=change(subscription, plan), **END)
    assert stored(subscription).plan == plan


def test_it_keeps_its_end_and_its_approval_on_another_plan():
    subscription = make_subscription(expires_at=LATER)
    approved_at = stored(subscription).approved_at
    change(subscription, make_plan(subscription.api))
    assert (stored(subscription).expires_at, stored(subscription).approved_at) == (LATER, approved_at)


def test_it_refuses_plans_that_do_not_fit():
    subscription = make_subscription()
    with pytest.raises(Conflict, match="on the plan"):
        change(subscription, subscription.plan)
    with pytest.raises(Invalid, match="no plan of"):
        change(subscription, make_plan())
    with pytest.raises(Conflict, match="in another way"):
        change(subscription, make_plan(subscription.api, authentication="keyless"))
    with pytest.raises(Invalid, match="terms"):
        change(subscription, make_plan(subscription.api, terms="Be kind."))
    gone = make_plan(subscription.api)
    deprecate_plan(plan=gone, **END)
    with pytest.raises(Conflict, match="no new subscribers"):
        change(subscription, gone)
    with pytest.raises(Conflict):
        change(make_subscription(state="suspended"), make_plan())


@pytest.mark.parametrize("ending", ["revoke", "expire"])
def test_it_asks_for_no_other_plan_once_it_has_ended(ending, django_capture_on_commit_callbacks):
    subscription = make_subscription(expires_at=LATER)
    request = change(subscription, make_plan(subscription.api, approval="owner"))
    with Heard(request_withdrawn) as heard, django_capture_on_commit_callbacks(execute=True):
        if ending == "revoke":
            revoke_subscription(subscription=subscription, **END)
        else:
            expire_subscriptions(actor=EXPIRY, now=LATER)
    assert AccessRequest.objects.get(pk=request.pk).state == "withdrawn"
    assert heard.told == [{"request_id": request.pk}]
