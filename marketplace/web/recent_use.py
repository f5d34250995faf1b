"""What was sent lately, beside subscriptions and keys, as the room above tells; nothing where it does not."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.actor import Actor
from common.web.charts import spark_points
from common.web.words import compact
from marketplace.models import Subscription
from marketplace.questions import traffic_of_keys, usage_of
from marketplace.web.subscription_keys import KeyRow


@dataclass(frozen=True, slots=True)
class Spark:
    """A line of seven days, and what it shows in words."""

    points: str
    label: str


def sparks_of(actor: Actor, subscriptions: Collection[Subscription], now: datetime) -> Mapping[int, Spark]:
    """A line for each that was used, by primary key. They are one application's."""
    application = next((one.application for one in subscriptions), None)
    if application is None:
        return {}
    used = usage_of.ask(actor, application, [one.pk for one in subscriptions], now) or {}
    return {
        pk: Spark(spark_points(steps), f"{compact(sum(steps))} requests in the last seven days")
        for pk, steps in used.items()
    }


def traffic_of(
    actor: Actor, subscriptions: Collection[Subscription], keys: Mapping[int, Collection[KeyRow]], now: datetime
) -> Mapping[int, int]:
    """Requests of the last hour by key, asked only where two keys of a subscription work."""
    rotating = [row.credential.pk for rows in keys.values() for row in rows if _live(rows) > 1 and row.is_live]
    application = next((one.application for one in subscriptions), None)
    return traffic_of_keys.ask(actor, application, rotating, now) or {} if rotating else {}


def _live(rows: Collection[KeyRow]) -> int:
    return sum(row.is_live for row in rows)
