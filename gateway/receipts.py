"""What a gateway acknowledged, written down: the only way in which anything comes into force.

A receipt says that Envoy has what the portal wanted of an API as of a generation. Everything of that API that changed
in generations after the last receipt and up to this one is in force from its moment on. Old receipts move nothing back.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db import connection

from gateway.tokens import KnownGateway
from gateway.values import Receipt, RouteProblem

_REFUSAL_AT_MOST = 2_000
_PROBLEM_AT_MOST = 1_000
_PROBLEMS_AT_MOST = 10_000
#: An agent may tell late what Envoy said long ago, and its clock may be wrong.
_OLDEST = timedelta(days=30)

_KNOWN = """
    SELECT api.slug, api.id, coalesce(receipt.generation, 0)
    FROM catalog_api AS api
    LEFT JOIN gateway_receipt AS receipt ON receipt.api_id = api.id AND receipt.gateway_id = %s
    WHERE api.slug = ANY(%s)
"""
_ACCEPTED = """
    INSERT INTO gateway_receipt AS kept
        (gateway_id, api_id, generation, accepted_at, refused_generation, refused_at, refusal)
    SELECT %s, api_id, max(generation), max(at), 0, NULL, ''
    FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) AS given (api_id, generation, at) GROUP BY api_id
    ON CONFLICT (gateway_id, api_id) DO UPDATE SET
        generation = excluded.generation, accepted_at = excluded.accepted_at,
        refused_generation = CASE WHEN kept.refused_generation > excluded.generation THEN kept.refused_generation
                             ELSE 0 END,
        refused_at = CASE WHEN kept.refused_generation > excluded.generation THEN kept.refused_at END,
        refusal = CASE WHEN kept.refused_generation > excluded.generation THEN kept.refusal ELSE '' END
    WHERE kept.generation < excluded.generation
"""
_REFUSED = """
    INSERT INTO gateway_receipt AS kept (gateway_id, api_id, generation, refused_generation, refused_at, refusal)
    SELECT %s, api_id, 0, generation, at, refusal
    FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::text[]) AS given (api_id, generation, at, refusal)
    ON CONFLICT (gateway_id, api_id) DO UPDATE SET refused_generation = excluded.refused_generation,
        refused_at = excluded.refused_at, refusal = excluded.refusal
    WHERE excluded.refused_generation > greatest(kept.generation, kept.refused_generation)
"""
#: ``step`` is a receipt: all that changed in the API after ``low`` and up to ``high`` is in force since ``at``. Only
#: what concerns the environments of the gateway.
_IN_FORCE = """
    WITH step AS MATERIALIZED (
        SELECT * FROM unnest(%(apis)s::bigint[], %(lows)s::bigint[], %(highs)s::bigint[], %(ats)s::timestamptz[])
            AS given (api_id, low, high, at)
    ), concerned AS (
        SELECT 'route' AS subject, route.id AS object_id, route.generation, step.at
        FROM step JOIN gateway_route AS route ON route.api_id = step.api_id
            AND route.generation > step.low AND route.generation <= step.high
        JOIN catalog_apiinstance AS instance ON instance.id = route.instance_id
        WHERE %(environments)s::bigint[] IS NULL OR instance.environment_id = ANY(%(environments)s)
        UNION ALL
        SELECT 'subscription', subscription.id, subscription.generation, step.at
        FROM step JOIN marketplace_subscription AS subscription ON subscription.api_id = step.api_id
            AND subscription.generation > step.low AND subscription.generation <= step.high
        JOIN marketplace_application AS application ON application.id = subscription.application_id
        WHERE %(environments)s::bigint[] IS NULL OR application.environment_id = ANY(%(environments)s)
        UNION ALL
        SELECT 'credential', credential.id, credential.generation, step.at
        FROM step JOIN marketplace_subscription AS subscription ON subscription.api_id = step.api_id
        JOIN marketplace_application AS application ON application.id = subscription.application_id
        JOIN marketplace_credential AS credential ON credential.subscription_id = subscription.id
            AND credential.generation > step.low AND credential.generation <= step.high
        WHERE %(environments)s::bigint[] IS NULL OR application.environment_id = ANY(%(environments)s)
    )
    INSERT INTO gateway_inforce AS kept (gateway_id, subject, object_id, generation, since, first_at)
    SELECT %(gateway)s, subject, object_id, generation, at, at FROM concerned
    ON CONFLICT (subject, object_id, gateway_id) DO UPDATE SET generation = excluded.generation, since = excluded.since
    WHERE kept.generation < excluded.generation
"""
_PROBLEMS = """
    INSERT INTO gateway_routeproblem AS kept (gateway_id, route_id, problem, since)
    SELECT %s, route.id, given.problem, %s
    FROM unnest(%s::text[], %s::text[]) AS given (public_id, problem)
    JOIN gateway_route AS route ON route.public_id = given.public_id
    JOIN catalog_apiinstance AS instance ON instance.id = route.instance_id
    WHERE %s::bigint[] IS NULL OR instance.environment_id = ANY(%s)
    ON CONFLICT (gateway_id, route_id) DO UPDATE SET problem = excluded.problem, since = excluded.since
    WHERE kept.problem <> excluded.problem
"""
_SOLVED = """
    DELETE FROM gateway_routeproblem AS kept USING gateway_route AS route
    WHERE kept.gateway_id = %s AND route.id = kept.route_id AND NOT route.public_id = ANY(%s)
"""


class _Step(NamedTuple):
    """Everything of an API that changed after ``low`` and up to ``high`` was accepted at ``at``."""

    api_id: int
    low: int
    high: int
    at: datetime


class _Refusal(NamedTuple):
    api_id: int
    generation: int
    at: datetime
    words: str


def take_receipts(gateway: KnownGateway, receipts: Iterable[Receipt], current: int, now: datetime) -> None:
    """What the receipts acknowledge is in force, what they refuse is kept; within the transaction of the report.

    Four statements at most, however many receipts. Receipts of unknown APIs, and of generations that there have not
    been, say nothing.
    """
    told = [receipt for receipt in receipts if 0 < receipt.generation <= current]
    if not told:
        return
    known = _known(gateway, {receipt.api for receipt in told})
    told = sorted((one for one in told if one.api in known), key=lambda one: (one.generation, one.at))
    steps = list(_steps(told, known, now))
    with connection.cursor() as cursor:
        if steps:
            apis, lows, highs, ats = (list(column) for column in zip(*steps, strict=True))
            cursor.execute(_ACCEPTED, [gateway.id, apis, highs, ats])
            environments = gateway.environment_ids
            about = {"gateway": gateway.id, "environments": environments, "apis": apis, "lows": lows}
            cursor.execute(_IN_FORCE, about | {"highs": highs, "ats": ats})
        if refusals := _refusals(told, known, now):
            cursor.execute(_REFUSED, [gateway.id, *(list(column) for column in zip(*refusals, strict=True))])


def take_problems(gateway: KnownGateway, problems: Iterable[RouteProblem], now: datetime) -> None:
    """The problems of the gateway's routes are these, since now where they are new; two statements."""
    told = {one.route.replace("\x00", ""): _bounded(one.problem, _PROBLEM_AT_MOST) for one in problems}
    told = dict(list(told.items())[:_PROBLEMS_AT_MOST])
    with connection.cursor() as cursor:
        cursor.execute(_SOLVED, [gateway.id, list(told)])
        if told:
            carried = [gateway.environment_ids] * 2
            cursor.execute(_PROBLEMS, [gateway.id, now, list(told), list(told.values()), *carried])


def _known(gateway: KnownGateway, slugs: set[str]) -> dict[str, tuple[int, int]]:
    """Of each API its id, and what the gateway acknowledged last."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [gateway.id, [slug.replace("\x00", "") for slug in slugs]])
        return {slug: (api_id, generation) for slug, api_id, generation in cursor.fetchall()}


def _steps(told: Iterable[Receipt], known: dict[str, tuple[int, int]], now: datetime) -> Iterator[_Step]:
    """What is new in the acceptances, in the order of their generations."""
    reached = {api_id: generation for api_id, generation in known.values()}
    for receipt in told:
        api_id, _ = known[receipt.api]
        if not receipt.refusal and receipt.generation > reached[api_id]:
            yield _Step(api_id, reached[api_id], receipt.generation, _moment(receipt.at, now))
            reached[api_id] = receipt.generation


def _refusals(told: Iterable[Receipt], known: dict[str, tuple[int, int]], now: datetime) -> list[_Refusal]:
    """The last refusal of each API."""
    last: dict[int, _Refusal] = {}
    for receipt in told:
        if receipt.refusal:
            api_id, _ = known[receipt.api]
            words = _bounded(receipt.refusal, _REFUSAL_AT_MOST)
            last[api_id] = _Refusal(api_id, receipt.generation, _moment(receipt.at, now), words)
    return list(last.values())


def _moment(at: float, now: datetime) -> datetime:
    """When the agent says it was; never in the future, nor longer ago than anything is told late."""
    try:
        return min(max(datetime.fromtimestamp(at, UTC), now - _OLDEST), now)
    except (ValueError, OverflowError, OSError):
        return now


def _bounded(text: str, length: int) -> str:
    return text.replace("\x00", "")[:length]
