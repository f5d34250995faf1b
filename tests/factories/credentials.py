"""The least valid subscriptions and keys of them; each call makes new ones."""

from datetime import datetime
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import Team
from catalog.models import API, Environment
from marketplace.keys import NewKey, new_key
from marketplace.models import (
    Application,
    Approval,
    Credential,
    Plan,
    Subscription,
    SubscriptionState,
)
from tests.factories.accounts import make_team
from tests.factories.catalog import make_api, make_environment

_numbers = count(1)


def make_application(*, team: Team | None = None, environment: str = "production", **fields: Any) -> Application:
    if fields.get("person") is None:
        fields["team"] = team or make_team()
    place = Environment.objects.filter(slug=environment).first() or make_environment(environment)
    fields.setdefault("name", f"Application {next(_numbers)}")
    return Application.objects.create(environment=place, created_by="factory", **fields)


def make_plan(api: API, **fields: Any) -> Plan:
    slug = f"plan-{next(_numbers)}"
    return Plan.objects.create(
        **{"api": api, "slug": slug, "title": slug.capitalize(), "approval": Approval.AUTOMATIC} | fields
    )


def make_subscription(
    application: Application | None = None,
    api: API | None = None,
    *,
    plan: Plan | None = None,
    state: SubscriptionState = SubscriptionState.APPROVED,
    **fields: Any,
) -> Subscription:
    """An approved one, of a new application to a new API, but for what is given."""
    api = api or make_api()
    return Subscription.objects.create(
        application=application or make_application(),
        api=api,
        version=api.current_version,
        plan=plan or make_plan(api),
        state=state,
        **{"approved_at": timezone.now()} | fields,
    )


def make_key(subscription: Subscription | None = None, **fields: Any) -> tuple[Credential, NewKey]:
    """The row of a live key, and the key; nobody was told of it."""
    subscription = subscription or make_subscription()
    made = new_key(subscription.application.environment.slug)
    created: datetime = fields.pop("created_at", timezone.now())
    row = Credential.objects.create(
        subscription=subscription,
        digest=made.digest,
        prefix=made.prefix,
        last_four=made.last_four,
        created_at=created,
        **{"created_by_name": "factory"} | fields,
    )
    return row, made
