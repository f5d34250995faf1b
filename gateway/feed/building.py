"""What a gateway has to do, as the agent reads it: seven statements, however much there is.

What changed is read before what it is now. A change that commits in between is told under an older number than its
own, and told again in the next answer: harmless, where the opposite would have a gateway acknowledge what it never got.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from gateway.feed import statements
from gateway.feed.routes import Keys, route_of
from gateway.tokens import KnownGateway
from gateway.values import APIConfiguration, Changes, Client, Limits, Policy, Route
from marketplace.coverage import covers

_Place = tuple[int, int]


def changes_for(gateway: KnownGateway, since: int, now: datetime) -> Changes | None:
    """What is new to the gateway since that generation, ``None`` when nothing is.

    It is everything for 0, and for a number from a future that a restored backup undid.
    """
    current = _rows(statements.CURRENT)[0][0]
    if since == current and since > 0:
        return None
    is_whole = not 0 < since < current
    about = {"gateway": gateway.id, "environments": gateway.environment_ids, "now": now}
    apis = _rows(statements.CHANGED, {"since": 0 if is_whole else since})
    routes = _routes(about | {"apis": [key for key, *_ in apis]}) if apis else {}
    configurations = (APIConfiguration(api=slug, generation=at, routes=routes.get(key, ())) for key, slug, at in apis)
    return Changes(
        gateway=gateway.slug,
        generation=current,
        is_whole=is_whole,
        # To who has nothing yet, an API without routes is no news.
        apis=tuple(one for one in configurations if one.routes or not is_whole),
        policy=Policy(networks=gateway.networks, closed_ports=gateway.closed_ports),
        shares=dict(_rows(statements.SHARES, about)),
        origins=(_origin(settings.PORTICO_URL),),
    )


def _routes(about: Mapping[str, Any]) -> dict[int, tuple[Route, ...]]:
    keyless = {api: _limits(*limits) for api, *limits in _rows(statements.KEYLESS, about)}
    keys = _keys(about)
    opened: dict[tuple[int, int, str], Keys] = {}
    routes: dict[int, list[Route]] = defaultdict(list)
    for api, environment, version, *row in _rows(statements.ROUTES, about):
        place = (api, environment, version)
        if place not in opened:
            # Instances of one version in one environment are opened by the same keys.
            opened[place] = _opening(keys.get((api, environment), {}), version)
        routes[api].append(route_of(row, opened[place], keyless.get(api)))
    return {api: tuple(found) for api, found in routes.items()}


def _opening(keys: Mapping[str, Keys], version: str) -> Keys:
    """The keys of those subscribed versions that cover a version."""
    opening = Keys([], [])
    for subscribed, found in keys.items():
        if covers(subscribed, version):
            opening.clients.extend(found.clients)
            opening.suspended.extend(found.suspended)
    return opening


def _keys(about: Mapping[str, Any]) -> dict[_Place, dict[str, Keys]]:
    """Of each API and environment the keys by the version that was subscribed to."""
    found: dict[_Place, dict[str, Keys]] = defaultdict(lambda: defaultdict(lambda: Keys([], [])))
    limits: dict[tuple[int | None, ...], Limits] = {}
    for api, environment, version, is_suspended, digest, credential, subscription, until, *of_plan in _rows(
        statements.KEYS, about
    ):
        keys = found[api, environment][version]
        if is_suspended:
            keys.suspended.append(digest)
            continue
        plan = tuple(of_plan)
        if plan not in limits:
            limits[plan] = _limits(*plan)
        keys.clients.append(
            Client(digest=digest, credential=credential, subscription=subscription, limits=limits[plan], until=until)
        )
    return found


def _limits(per_second: int | None, per_minute: int | None, per_hour: int | None) -> Limits:
    return Limits(per_second=per_second, per_minute=per_minute, per_hour=per_hour)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _rows(statement: str, about: Mapping[str, Any] | None = None) -> Sequence[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, about)
        return cursor.fetchall()
