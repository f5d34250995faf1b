"""What people and webhooks are told of the marketplace."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Delivery, Notice
from marketplace.expiring import tell_of_what_expires
from marketplace.models import Subscription
from marketplace.tasks import expire_subscriptions, tell_of_expiry
from marketplace.usecases.answer_question import answer_question
from marketplace.usecases.approve_request import approve_request
from marketplace.usecases.ask_back import ask_back
from marketplace.usecases.deprecate_plan import deprecate_plan
from marketplace.usecases.issue_console_key import issue_console_key
from marketplace.usecases.issue_key import issue_key
from marketplace.usecases.reject_request import reject_request
from marketplace.usecases.request_access import request_access
from marketplace.usecases.resume_subscription import resume_subscription
from marketplace.usecases.revoke_credential import revoke_credential
from marketplace.usecases.revoke_subscription import revoke_subscription
from marketplace.usecases.suspend_subscription import suspend_subscription
from marketplace.usecases.withdraw_request import withdraw_request
from tests.factories.accounts import actor_of, make_user
from tests.factories.catalog import make_api
from tests.factories.credentials import make_key
from tests.factories.marketplace import make_application, make_plan, make_subscription, version_of
from tests.factories.notices import make_webhook
from tests.personas import Cast

NOW = timezone.now()


class Scene:
    """An API of the first team, and an application of the other one that gets access to it."""

    def __init__(self, cast: Cast, commit) -> None:
        self.cast, self.commit = cast, commit
        cast.stranger.name = "Sam"
        self.colleague = make_user("colleague")
        cast.other_team.memberships.create(user=self.colleague)
        self.api = make_api("payments", owner=cast.team, title="Payments")
        self.plan = make_plan(self.api, "Gold", approval="owner")
        self.application = make_application("Till", team=cast.other_team)

    def do(self, usecase, by, **given: Any):
        """The use case, and what follows its commit."""
        with self.commit(execute=True):
            return usecase(actor=actor_of(by), now=NOW, **given)

    def ask(self, **given: Any):
        values = {"version": version_of(self.api), "plan": self.plan, "reason": "For the till", **given}
        return self.do(request_access, self.cast.stranger, application=self.application, **values)

    def subscription(self, **given: Any) -> Subscription:
        return make_subscription(self.application, self.plan, now=NOW - timedelta(days=100), **given)


@pytest.fixture
def scene(cast: Cast, django_capture_on_commit_callbacks) -> Scene:
    return Scene(cast, django_capture_on_commit_callbacks)


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("user__username", flat=True))


def titles() -> set[str]:
    return set(Notice.objects.values_list("title", flat=True))


def test_it_tells_the_owners_who_asks_and_why(scene: Scene):
    scene.ask()
    assert told("access.requested") == {"member", "maintainer"}
    notice = Notice.objects.first()
    assert notice is not None
    assert notice.title.startswith("Till asks for access to Payments ")
    assert notice.text.endswith("For the till")
    assert notice.url == "/access/approvals/"


def test_it_asks_nobody_about_what_a_plan_approves_by_itself_and_tells_the_holders(scene: Scene):
    scene.ask(plan=make_plan(scene.api, approval="automatic"))
    assert told("access.requested") == set()
    assert told("access.approved") == {"colleague"}


def test_it_passes_questions_and_answers_on_each_of_them(scene: Scene):
    request = scene.ask()
    for question, answer in (("Which till?", "The new one."), ("How often?", "Daily.")):
        scene.do(ask_back, scene.cast.member, request=request, text=question)
        scene.do(answer_question, scene.colleague, request=request, text=answer)
    asked = Notice.objects.filter(kind="access.asked", user=scene.cast.stranger)
    assert sorted(one.text for one in asked) == ["member: How often?", "member: Which till?"]
    assert told("access.asked") == {"stranger", "colleague"}
    assert told("access.answered") == {"member", "maintainer"}
    assert Notice.objects.filter(kind="access.answered").count() == 4


@pytest.mark.parametrize(
    ("usecase", "event", "title"),
    [
        (approve_request, "access.approved", "Till has access to Payments"),
        (reject_request, "access.rejected", "The request of Till for Payments"),
    ],
)
def test_it_tells_the_holders_how_their_request_was_decided(scene: Scene, usecase, event: str, title: str):
    request = scene.ask()
    scene.do(usecase, scene.cast.member, request=request, reason="As discussed")
    assert told(event) == {"stranger", "colleague"}
    notice = Notice.objects.filter(kind=event)[0]
    assert notice.title.startswith(title)
    assert notice.text == "As discussed"
    assert notice.url == f"/access/applications/{scene.application.public_id}/"


def test_it_does_not_tell_somebody_on_both_sides_what_they_did_themselves(scene: Scene):
    scene.cast.other_team.memberships.create(user=scene.cast.member)
    request = scene.ask()
    scene.do(approve_request, scene.cast.member, request=request)
    assert told("access.approved") == {"stranger", "colleague"}


def test_it_tells_the_owners_that_a_request_is_withdrawn(scene: Scene):
    request = scene.ask()
    scene.do(withdraw_request, scene.cast.stranger, request=request)
    assert told("access.withdrawn") == {"member", "maintainer"}


def test_it_tells_the_holders_each_time_access_rests_and_goes_on(scene: Scene):
    subscription = scene.subscription()
    for minute in range(2):
        for usecase in (suspend_subscription, resume_subscription):
            with scene.commit(execute=True):
                usecase(
                    actor=actor_of(scene.cast.member), subscription=subscription, now=NOW + timedelta(minutes=minute)
                )
    assert told("subscription.suspended") == told("subscription.resumed") == {"stranger", "colleague"}
    assert Notice.objects.filter(user=scene.colleague).count() == 4


def test_it_tells_both_sides_when_access_ends_but_not_who_ended_it(scene: Scene):
    scene.do(revoke_subscription, scene.cast.stranger, subscription=scene.subscription())
    assert told("subscription.revoked") == {"colleague", "member", "maintainer"}


def test_it_tells_the_holders_that_access_has_expired(scene: Scene):
    scene.subscription(expires_at=timezone.now() - timedelta(seconds=1))
    with scene.commit(execute=True):
        expire_subscriptions()
    assert told("subscription.expired") == {"stranger", "colleague"}


def test_it_tells_the_other_holders_of_keys_and_nobody_of_keys_of_the_console(scene: Scene):
    subscription = scene.subscription()
    credential, made = scene.do(issue_key, scene.cast.stranger, subscription=subscription)
    assert told("key.issued") == {"colleague"}
    scene.do(issue_console_key, scene.cast.stranger, subscription=subscription)
    assert Notice.objects.count() == 1
    scene.do(revoke_credential, scene.colleague, credential=credential)
    assert told("key.revoked") == {"stranger"}
    shown = "".join(f"{one.title}{one.text}" for one in Notice.objects.all())
    assert str(made) not in shown and credential.last_four in shown


def test_it_warns_of_ends_once_at_14_and_once_at_3_days(scene: Scene):
    end = NOW + timedelta(days=20)
    subscription = scene.subscription(expires_at=end)
    make_key(subscription, created_at=NOW - timedelta(days=90), expires_at=end)
    for days, notices in ((15, 0), (14, 2), (13, 2), (3, 4), (1, 4), (-1, 4)):
        for _ in range(2):
            tell_of_what_expires(end - timedelta(days=days))
        assert Notice.objects.filter(user=scene.colleague).count() == notices, days
    assert {title.rpartition(" expires ")[2] for title in titles()} == {"in 14 days", "in 3 days"}
    assert told("key.expires") == told("subscription.expires") == {"stranger", "colleague"}


def test_it_warns_again_when_the_end_was_moved(scene: Scene):
    subscription = scene.subscription(expires_at=NOW + timedelta(days=10))
    tell_of_what_expires(NOW)
    Subscription.objects.filter(pk=subscription.pk).update(expires_at=NOW + timedelta(days=40))
    tell_of_what_expires(NOW + timedelta(days=30))
    assert Notice.objects.filter(user=scene.colleague).count() == 2


def test_it_does_not_warn_of_what_was_made_to_end_soon_or_has_ended(scene: Scene):
    subscription, soon = scene.subscription(), timezone.now() + timedelta(days=2)
    make_key(subscription, expires_at=soon)
    make_key(subscription, created_at=NOW - timedelta(days=90), expires_at=soon, revoked_at=NOW)
    make_key(subscription, created_at=NOW - timedelta(days=90), expires_at=soon, purpose="console")
    tell_of_expiry()
    assert not Notice.objects.exists()


def test_it_tells_the_subscribers_that_their_plan_is_deprecated(scene: Scene):
    scene.subscription()
    own = make_application(person=scene.cast.viewer)
    make_subscription(own, scene.plan)
    make_subscription(make_application(person=make_user("past")), scene.plan, state="revoked")
    scene.do(deprecate_plan, scene.cast.maintainer, plan=scene.plan)
    assert told("plan.deprecated") == {"stranger", "colleague", "viewer"}


def test_it_calls_the_webhooks_of_both_sides_with_ids_and_slugs_only(scene: Scene):
    hooks = {make_webhook(team)[0] for team in (scene.cast.team, scene.cast.other_team, None)}
    make_webhook(scene.cast.team, kinds=["key.issued"])
    request = scene.ask(reason="Sam's secret reason")
    scene.do(approve_request, scene.cast.member, request=request)
    approved = Delivery.objects.filter(event="access.approved")
    assert {one.webhook for one in approved} == hooks
    [payload, *_] = [one.payload for one in approved]
    subscription = Subscription.objects.get()
    assert payload["type"] == "access.approved"
    assert payload["data"] == {
        "request": request.public_id,
        "kind": "access",
        "subscription": subscription.public_id,
        "state": "approved",
        "application": {"id": scene.application.public_id, "name": "Till"},
        "team": "lending",
        "environment": "production",
        "api": "payments",
        "version": subscription.version.name,
        "plan": scene.plan.slug,
    }
    everything = str([one.payload for one in Delivery.objects.all()])
    assert "stranger" not in everything and "reason" not in everything
