"""Since when gateways do what was decided here, as the room above tells; ``None`` is «not known»."""

from collections.abc import Iterable, Mapping

from marketplace.models import Credential, Subscription
from marketplace.questions import Enforced, Enforcement, in_force_of


def enforcement_of_subscriptions(subscriptions: Iterable[Subscription]) -> Mapping[int, Enforcement] | None:
    """By primary key. Each subscription comes with its application."""
    rows = [Enforced(one.pk, one.api_id, one.application.environment_id, one.generation) for one in subscriptions]
    return in_force_of.ask("subscription", rows)


def enforcement_of_credentials(credentials: Iterable[Credential]) -> Mapping[int, Enforcement] | None:
    """By primary key. Each credential comes with its subscription and that one's application."""
    rows = [
        Enforced(one.pk, one.subscription.api_id, one.subscription.application.environment_id, one.generation)
        for one in credentials
    ]
    return in_force_of.ask("credential", rows)
