"""What an application sent lately, in the few figures that its pages show beside what they are about; for those who see
its traffic, ``None`` for others."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from django.db import connection

from accounts.actor import Actor
from common.access import can
from gateway.permissions import Action
from gateway.usage.spans import SPANS
from marketplace.models import Application

_LENGTH = SPANS[0]
#: Seven days of the longest span; the last of them is the running one.
_STEPS = 7 * 86_400 // _LENGTH
_SPANS = """
    FROM gateway_usage_span WHERE application_id = %s AND seconds = %s AND start >= %s AND start <= %s
"""
_TOTAL = f"SELECT coalesce(sum(requests), 0)::bigint {_SPANS}"
_BY_SUBSCRIPTION = f"""
    SELECT subscription_id, start, sum(requests)::bigint {_SPANS} AND subscription_id = ANY(%s) GROUP BY 1, 2
"""
_BY_KEY = """
    SELECT credential_id, sum(requests)::bigint FROM gateway_usage
    WHERE application_id = %s AND credential_id = ANY(%s) AND minute >= %s AND minute <= %s GROUP BY 1
"""


def requests_of_application(actor: Actor, application: Application, now: datetime) -> int | None:
    """How many requests it sent in seven days; one query."""
    if not can(actor, Action.USAGE_READ, application):
        return None
    with connection.cursor() as cursor:
        cursor.execute(_TOTAL, [application.pk, _LENGTH, _first(now), now])
        return cursor.fetchone()[0]


def usage_of_subscriptions(
    actor: Actor, application: Application, subscription_ids: Collection[int], now: datetime
) -> Mapping[int, Sequence[int]] | None:
    """The same of each of these, in steps of six hours; one query."""
    if not can(actor, Action.USAGE_READ, application):
        return None
    first = _first(now)
    with connection.cursor() as cursor:
        cursor.execute(_BY_SUBSCRIPTION, [application.pk, _LENGTH, first, now, list(subscription_ids)])
        found: dict[int, list[int]] = {}
        for subscription_id, start, requests in cursor.fetchall():
            place = int((start - first).total_seconds()) // _LENGTH
            found.setdefault(subscription_id, [0] * _STEPS)[place] = requests
    return found


def traffic_by_key(
    actor: Actor, application: Application, credential_ids: Collection[int], now: datetime
) -> Mapping[int, int] | None:
    """How many requests came with each key in the last hour; one query."""
    if not can(actor, Action.USAGE_READ, application):
        return None
    with connection.cursor() as cursor:
        cursor.execute(_BY_KEY, [application.pk, list(credential_ids), now - timedelta(hours=1), now])
        return dict(cursor.fetchall())


def _first(now: datetime) -> datetime:
    running = int(now.timestamp()) // _LENGTH
    return datetime.fromtimestamp((running - _STEPS + 1) * _LENGTH, UTC)
