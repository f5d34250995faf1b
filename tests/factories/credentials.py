"""Keys, and the least that one needs; each call makes new ones."""

from typing import Any

from catalog.models import API
from marketplace.keys import NewKey, new_key
from marketplace.models import Application, Credential, Subscription, SubscriptionState
from tests.factories.marketplace import make_plan, make_subscription


def make_access(
    application: Application | None = None,
    api: API | None = None,
    *,
    state: str = SubscriptionState.APPROVED,
    **fields: Any,
) -> Subscription:
    """A subscription of the application to the API, in any state at all: rows of the past have those, too."""
    subscription = make_subscription(application, make_plan(api))
    Subscription.objects.filter(pk=subscription.pk).update(state=state, **fields)
    return Subscription.objects.get(pk=subscription.pk)


def make_key(subscription: Subscription | None = None, **fields: Any) -> tuple[Credential, NewKey]:
    """The row of a live key, and the key; nobody was told of it."""
    subscription = subscription or make_access()
    made = new_key(subscription.application.environment.slug)
    row = Credential.objects.create(
        subscription=subscription,
        digest=made.digest,
        prefix=made.prefix,
        last_four=made.last_four,
        **{"created_by_name": "factory"} | fields,
    )
    return row, made
