"""The least valid applications, plans, requests and subscriptions, made the way people make them; each call makes new
ones."""

from datetime import datetime
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.actor import Actor
from accounts.models import Role, Scope, Team, User
from catalog.models import API, APIVersion, Environment
from marketplace.models import AccessRequest, Application, Plan, Subscription, SubscriptionState
from marketplace.usecases.approve_request import approve_request
from marketplace.usecases.create_plan import create_plan
from marketplace.usecases.request_access import request_access
from marketplace.usecases.revoke_subscription import revoke_subscription
from marketplace.usecases.suspend_subscription import suspend_subscription
from tests.factories.accounts import make_team
from tests.factories.catalog import make_api

_numbers = count(1)

MARKETPLACE_ADMINISTRATOR = Actor(
    kind="token", name="factory", role=Role.ADMINISTRATOR, scopes=frozenset({Scope.PUBLISH, Scope.MARKETPLACE})
)


def environment_of(slug: str = "production") -> Environment:
    """The environment of that slug, made when there is none."""
    return Environment.objects.get_or_create(slug=slug, defaults={"title": slug.capitalize(), "position": 1})[0]


def make_application(
    name: str = "",
    *,
    team: Team | None = None,
    person: User | None = None,
    environment: str = "production",
    **fields: Any,
) -> Application:
    """An application of the person, of the team, or of a team of its own."""
    return Application.objects.create(
        name=name or f"application-{next(_numbers)}",
        team=None if person else team or make_team(),
        person=person,
        environment=environment_of(environment),
        created_by="factory",
        **fields,
    )


def make_plan(api: API | None = None, name: str = "", *, slug: str = "", **metadata: Any) -> Plan:
    """A plan that approves by itself, without limits, on the API or on one of its own."""
    values = {"name": name or f"Plan {next(_numbers)}", "approval": "automatic", **metadata}
    return create_plan(
        actor=MARKETPLACE_ADMINISTRATOR, api=api or make_api(), metadata=values, slug=slug, now=timezone.now()
    )


def make_request(
    application: Application | None = None,
    plan: Plan | None = None,
    *,
    version: str = "",
    reason: str = "For the tests",
    now: datetime | None = None,
) -> AccessRequest:
    """A request of the application for the API of the plan, by default one that its owner has to answer; for its
    current version unless another is named."""
    plan = plan or make_plan(approval="owner")
    return request_access(
        actor=MARKETPLACE_ADMINISTRATOR,
        application=application or make_application(),
        version=version_of(plan.api, version),
        plan=plan,
        reason=reason,
        accepts_terms=True,
        now=now or timezone.now(),
    )


def version_of(api: API, name: str = "") -> APIVersion:
    return APIVersion.objects.get(api=api, **({"name": name} if name else {"pk": api.current_version_id}))


def make_subscription(
    application: Application | None = None,
    plan: Plan | None = None,
    *,
    version: str = "",
    state: str = "approved",
    expires_at: datetime | None = None,
    now: datetime | None = None,
) -> Subscription:
    """A subscription in that state: pending, approved, suspended or revoked."""
    now = now or timezone.now()
    plan = plan or make_plan(approval="owner")
    request = make_request(application, plan, version=version, now=now)
    told = {"actor": MARKETPLACE_ADMINISTRATOR, "now": now}
    subscription = request.subscription
    if state != SubscriptionState.PENDING and subscription.state == SubscriptionState.PENDING:
        subscription = approve_request(request=request, **told).subscription
    if state == SubscriptionState.SUSPENDED:
        subscription = suspend_subscription(subscription=subscription, reason="For a test", **told)
    if state == SubscriptionState.REVOKED:
        subscription = revoke_subscription(subscription=subscription, **told)
    if expires_at is not None:
        Subscription.objects.filter(pk=subscription.pk).update(expires_at=expires_at)
        subscription.expires_at = expires_at
    assert subscription.state == state
    return subscription
