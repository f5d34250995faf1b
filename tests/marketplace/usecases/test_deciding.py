"""Answers to requests: approve, reject, ask back, answer, withdraw."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Role
from catalog.models import API, APIVersion
from common.access import Denied
from common.errors import Conflict, Invalid
from marketplace.generations import current
from marketplace.models import AccessMessage, Subscription
from marketplace.signals import request_answered, request_asked, request_decided, request_withdrawn
from marketplace.usecases.answer_question import answer_question
from marketplace.usecases.approve_request import approve_request
from marketplace.usecases.ask_back import ask_back
from marketplace.usecases.deprecate_plan import deprecate_plan
from marketplace.usecases.reject_request import reject_request
from marketplace.usecases.withdraw_request import withdraw_request
from tests.factories.accounts import actor_of, make_team, make_user
from tests.factories.catalog import make_api
from tests.factories.marketplace import MARKETPLACE_ADMINISTRATOR, make_application, make_plan, make_request
from tests.marketplace.listening import Heard

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_user(name="Olga Owner")


@pytest.fixture
def holder():
    return make_user(name="Henry Holder")


@pytest.fixture
def request_(owner, holder):
    team = make_team(members=(owner,))
    return make_request(make_application(person=holder), make_plan(make_api(owner=team), approval="owner"))


def test_it_opens_the_door_until_its_end_and_says_who_let_in(request_, owner, django_capture_on_commit_callbacks):
    end = NOW + timedelta(days=90)
    with Heard(request_decided) as heard, django_capture_on_commit_callbacks(execute=True):
        done = approve_request(actor=actor_of(owner), request=request_, reason="Fine", expires_at=end, now=NOW)
    stored = Subscription.objects.get()
    assert (done.state, done.decided_by_name, done.decision_reason) == ("approved", "Olga Owner", "Fine")
    assert (stored.state, stored.approved_by, stored.approved_at) == ("approved", "Olga Owner", NOW)
    assert (stored.expires_at, stored.generation) == (end, current())
    assert heard.told == [{"request_id": request_.pk}]


def test_it_decides_once(request_, owner):
    approve_request(actor=actor_of(owner), request=request_, now=NOW)
    with pytest.raises(Conflict, match="approved by Olga Owner already"):
        reject_request(actor=actor_of(owner), request=request_, reason="No", now=NOW)
    assert Subscription.objects.get().state == "approved"


def test_it_lets_no_end_be_in_the_past(request_, owner):
    with pytest.raises(Invalid, match="future"):
        approve_request(actor=actor_of(owner), request=request_, expires_at=NOW, now=NOW)


def test_it_is_the_matter_of_publishers_of_the_owning_team(request_, owner, holder):
    for actor in (actor_of(holder), actor_of(make_user())):
        with pytest.raises(Denied):
            approve_request(actor=actor, request=request_, now=NOW)
    owner.role = Role.VIEWER
    owner.save()
    with pytest.raises(Denied, match="publisher role"):
        reject_request(actor=actor_of(owner), request=request_, reason="No", now=NOW)


def test_it_is_decided_by_the_team_that_owns_the_api_since_a_transfer(request_, owner):
    successor = make_user()
    API.objects.update(owner=make_team(members=(successor,)))
    with pytest.raises(Denied):
        approve_request(actor=actor_of(owner), request=request_, now=NOW)
    assert approve_request(actor=actor_of(successor), request=request_, now=NOW).state == "approved"


def test_it_approves_nothing_onto_what_takes_nobody_any_more(request_, owner):
    deprecate_plan(actor=MARKETPLACE_ADMINISTRATOR, plan=request_.plan, now=NOW)
    with pytest.raises(Conflict, match="no new subscribers"):
        approve_request(actor=actor_of(owner), request=request_, now=NOW)
    APIVersion.objects.update(lifecycle="retired")
    with pytest.raises(Conflict, match="retired"):
        approve_request(actor=actor_of(owner), request=request_, now=NOW)


def test_it_rejects_for_a_reason_only(request_, owner):
    with pytest.raises(Invalid, match="Say why"):
        reject_request(actor=actor_of(owner), request=request_, reason=" ", now=NOW)
    reject_request(actor=actor_of(owner), request=request_, reason="Use the new one", now=NOW)
    stored = Subscription.objects.get()
    assert (stored.state, stored.state_reason, stored.generation) == ("rejected", "Use the new one", 0)


def test_it_asks_back_and_goes_on_with_the_answer(request_, owner, holder, django_capture_on_commit_callbacks):
    with (
        Heard(request_asked) as asked,
        Heard(request_answered) as answered,
        django_capture_on_commit_callbacks(execute=True),
    ):
        assert ask_back(actor=actor_of(owner), request=request_, text="What for?", now=NOW).state == "asked"
        done = answer_question(actor=actor_of(holder), request=request_, text="Invoices", now=NOW)
    assert done.state == "pending"
    words = AccessMessage.objects.order_by("id").values_list("author_name", "is_question", "text")
    assert list(words) == [("Olga Owner", True, "What for?"), ("Henry Holder", False, "Invoices")]
    assert asked.told == answered.told == [{"request_id": request_.pk}]
    assert approve_request(actor=actor_of(owner), request=request_, now=NOW).state == "approved"


def test_it_lets_each_side_say_its_own_part_only(request_, owner, holder):
    with pytest.raises(Denied):
        ask_back(actor=actor_of(holder), request=request_, text="Why not?", now=NOW)
    with pytest.raises(Conflict, match="Nothing was asked"):
        answer_question(actor=actor_of(holder), request=request_, text="Because", now=NOW)
    ask_back(actor=actor_of(owner), request=request_, text="What for?", now=NOW)
    with pytest.raises(Denied):
        answer_question(actor=actor_of(owner), request=request_, text="Because", now=NOW)


def test_it_withdraws_what_waits(request_, owner, holder, django_capture_on_commit_callbacks):
    with pytest.raises(Denied):
        withdraw_request(actor=actor_of(owner), request=request_, now=NOW)
    with Heard(request_withdrawn) as heard, django_capture_on_commit_callbacks(execute=True):
        assert withdraw_request(actor=actor_of(holder), request=request_, now=NOW).state == "withdrawn"
    assert heard.told == [{"request_id": request_.pk}]
    assert Subscription.objects.get().state == "rejected"
    with pytest.raises(Conflict, match="withdrawn"):
        approve_request(actor=actor_of(owner), request=request_, now=NOW)
