"""Taking what went through a gateway into the minutes of usage."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from accounts.actor import Actor
from common.access import require
from common.errors import Invalid
from gateway.permissions import Action
from gateway.tokens import KnownGateway
from gateway.usage import partitions, spans, statements
from gateway.values import LATENCY_BOUNDS, Latencies, Requests, Usage

_BATCH_AT_MOST = 64
#: How far ahead the clock of a gateway may be.
_AHEAD = timedelta(minutes=5)
_MOST = 2**40


def take_usage(*, actor: Actor, gateway: KnownGateway, usage: Usage, now: datetime) -> bool:
    """The batch is counted, and the keys in it were used; ``False`` when it was counted before.

    Minutes before the time that usage is kept, and in the future, are left out, and so are unknown routes. Raises
    ``Invalid`` for a batch without a name.
    """
    require(actor, Action.GATEWAY_FOLLOW)
    if not 0 < len(usage.batch) <= _BATCH_AT_MOST or "\x00" in usage.batch:
        raise Invalid({"batch": f"Name the batch in at most {_BATCH_AT_MOST} characters."})
    kept = _Kept(now)
    requests = [one for one in usage.requests if kept.has_requests(one)]
    latencies = [one for one in usage.latencies if kept.has_latencies(one)]
    partitions.make_for(datetime.fromtimestamp(one.minute, UTC).date() for one in (*requests, *latencies))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statements.BATCH, [gateway.id, usage.batch, now])
        if cursor.fetchone() is None:
            return False
        if requests:
            _write_requests(cursor, gateway, requests)
        if latencies:
            _write_latencies(cursor, gateway, latencies)
        if rows := spans.summed(requests, latencies):
            _write_spans(cursor, gateway, rows)
    return True


class _Kept:
    """What of a batch can be kept: whole minutes of the days that usage is kept for, numbers within reason."""

    def __init__(self, now: datetime) -> None:
        self._first = (now - timedelta(days=settings.PORTICO_USAGE_DAYS)).timestamp()
        self._last = (now + _AHEAD).timestamp()

    def has_requests(self, one: Requests) -> bool:
        return self._has(one.minute) and 0 < one.count < _MOST and 100 <= one.status < 600 and _plain(one)

    def has_latencies(self, one: Latencies) -> bool:
        fits = len(one.counts) == len(LATENCY_BOUNDS) + 1 and all(0 <= count < _MOST for count in one.counts)
        return self._has(one.minute) and fits and _plain(one)

    def _has(self, minute: int) -> bool:
        return self._first <= minute <= self._last and minute % 60 == 0


def _plain(one: Requests | Latencies) -> bool:
    """Whether its names can be asked for at all."""
    return "\x00" not in one.route + one.subscription + getattr(one, "credential", "")


def _write_requests(cursor: object, gateway: KnownGateway, requests: list[Requests]) -> None:
    about = _about(gateway) | {
        "minutes": [one.minute for one in requests],
        "routes": [one.route for one in requests],
        "subscriptions": [one.subscription for one in requests],
        "credentials": [one.credential for one in requests],
        "statuses": [one.status for one in requests],
        "counts": [one.count for one in requests],
    }
    cursor.execute(statements.REQUESTS, about)
    cursor.execute(statements.USED, about)


def _write_latencies(cursor: object, gateway: KnownGateway, latencies: list[Latencies]) -> None:
    about = _about(gateway) | {
        "minutes": [one.minute for one in latencies],
        "routes": [one.route for one in latencies],
        "subscriptions": [one.subscription for one in latencies],
        "counts": [_array(one.counts) for one in latencies],
    }
    cursor.execute(statements.LATENCIES, about)


def _write_spans(cursor: object, gateway: KnownGateway, rows: list[tuple[spans.Key, spans.Sums]]) -> None:
    keys, sums = [key for key, _ in rows], [one for _, one in rows]
    lengths, starts, routes, subscriptions = (list(column) for column in zip(*keys, strict=True))
    columns = ("requests", "client_errors", "server_errors", "unauthorised", "limited")
    about = _about(gateway) | {name: [getattr(one, name) for one in sums] for name in columns}
    about |= {"spans": lengths, "starts": starts, "routes": routes, "subscriptions": subscriptions}
    cursor.execute(statements.SPANS, about | {"counts": [_array(one.counts) for one in sums]})


def _array(counts: Iterable[int]) -> str:
    """An array of arrays would be taken apart, so each travels as text."""
    return f"{{{','.join(map(str, counts))}}}"


def _about(gateway: KnownGateway) -> dict[str, object]:
    return {"gateway": gateway.id, "environments": gateway.environment_ids}
