"""A row of a route as the value that its gateways work with. Pure."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from gateway.values import Breaker, Client, Limits, Outliers, Retries, Route, Upstream


class Keys(NamedTuple):
    """What opens a route, and the digests of what is suspended."""

    clients: list[Client]
    suspended: list[str]


def route_of(row: Sequence[Any], keys: Keys, anonymous: Limits | None) -> Route:
    """The route of a row of ``gateway.feed.statements.ROUTES`` from the environment's slug on."""
    environment, public_id, path, *upstream = row
    url, ca, server_name, verifies, connect_seconds, timeout, retries, try_seconds, balancing, *rest = upstream
    connections, pending, requests, outlier_errors, ejection_seconds, body_bytes, key_parameter = rest
    return Route(
        id=public_id,
        environment=environment,
        path=path,
        upstream=Upstream(
            url=url,
            ca=ca,
            server_name=server_name,
            verifies=verifies,
            connect_seconds=connect_seconds,
            balancing=balancing,
            breaker=Breaker(connections=connections, pending_requests=pending, requests=requests),
            outliers=Outliers(consecutive_errors=outlier_errors, ejection_seconds=ejection_seconds)
            if outlier_errors
            else None,
        ),
        timeout_seconds=timeout,
        retries=Retries(count=retries, try_seconds=try_seconds),
        body_bytes=body_bytes,
        key_parameter=key_parameter,
        clients=tuple(keys.clients),
        anonymous=anonymous,
        suspended=tuple(keys.suspended),
    )
