"""Taking what an agent says of its gateway: a sign of life, what Envoy accepted or refused, what does not work."""

from datetime import datetime

from django.db import connection, transaction

from accounts.actor import Actor
from common.access import require
from gateway.connected import count_in
from gateway.permissions import Action
from gateway.receipts import take_problems, take_receipts
from gateway.tokens import KnownGateway
from gateway.values import Report
from marketplace import generations

_WORDS_AT_MOST = 50
#: A number from a future that a restored backup undid is brought back to what there is; else it only grows, for
#: reports may overtake each other.
_HEAR = """
    UPDATE gateway_gateway SET heard_at = %(now)s, agent_version = %(agent)s,
           envoy_version = CASE WHEN %(envoy)s = '' THEN envoy_version ELSE %(envoy)s END,
           serving_since = CASE WHEN %(is_serving)s THEN coalesce(serving_since, %(now)s) END,
           generation = greatest(least(generation, %(current)s), %(generation)s)
    WHERE id = %(gateway)s
"""


def take_report(*, actor: Actor, gateway: KnownGateway, report: Report, now: datetime) -> None:
    """The gateway was heard at ``now``; what it acknowledged is in force, what it refused is kept in Envoy's words.

    What it says of APIs and routes that are not there any more is left out. Reports of one gateway take turns.
    """
    require(actor, Action.GATEWAY_FOLLOW)
    current = generations.current()
    with transaction.atomic():
        with connection.cursor() as cursor:
            about = {
                "now": now,
                "agent": _storable(report.agent_version),
                "envoy": _storable(report.envoy_version),
                "is_serving": report.is_serving,
                "generation": min(max(report.generation, 0), current),
                "current": current,
                "gateway": gateway.id,
            }
            cursor.execute(_HEAR, about)
        take_receipts(gateway, report.receipts, current, now)
        take_problems(gateway, report.problems, now)
        count_in(gateway.id, is_serving=report.is_serving, now=now)


def _storable(text: str) -> str:
    return text.replace("\x00", "")[:_WORDS_AT_MOST]
