"""Which keys open a route. A list of its own on every route: one on the filter would be inherited by routes without."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from envoy.extensions.filters.http.api_key_auth.v3 import api_key_auth_pb2

from gateway.envoy.clients import client_of_key, client_without_key, is_id, limits_text
from gateway.envoy.names import CLIENT_HEADER, NO_KEY
from gateway.values import Client, Limits, Route

_DIGEST_LENGTH = 64
_HEXADECIMAL = frozenset("0123456789abcdef")


@dataclass(slots=True)
class Keys:
    """What opens a route, and the texts of the limits that its clients have."""

    message: api_key_auth_pb2.ApiKeyAuthPerRoute
    limits: set[str]
    refused: int = 0


def keys(route: Route, *, share: int, now: float) -> Keys:
    """The keys of ``route`` at ``now``, without those that ended or are suspended. ``refused`` counts those that cannot
    be told to Envoy: it would refuse the whole API because of one."""
    result = Keys(api_key_auth_pb2.ApiKeyAuthPerRoute(forwarding=forwarding()), set())
    texts: dict[Limits, str] = {}
    seen: set[str] = set()
    for client in _live(route, now):
        if client.digest in seen or not _is_sound(client):
            result.refused += 1
            continue
        seen.add(client.digest)
        text = texts.get(client.limits) or texts.setdefault(client.limits, limits_text(client.limits, share))
        result.message.credentials.add(
            key=client.digest, client=client_of_key(text, client.subscription, client.credential)
        )
    if route.anonymous is not None:
        text = texts.setdefault(route.anonymous, limits_text(route.anonymous, share))
        result.message.credentials.add(key=NO_KEY, client=client_without_key(text, route.id))
    result.limits.update(texts.values())
    return result


def forwarding() -> api_key_auth_pb2.Forwarding:
    """Envoy takes the digest away and says instead who calls. A route with keys of its own does not inherit this."""
    return api_key_auth_pb2.Forwarding(header=CLIENT_HEADER, hide_credentials=True)


def is_digest(text: str) -> bool:
    """Whether it is a SHA-256 in lower case hexadecimal."""
    return len(text) == _DIGEST_LENGTH and _HEXADECIMAL.issuperset(text)


def _live(route: Route, now: float) -> Iterator[Client]:
    suspended = frozenset(route.suspended)
    return (client for client in route.clients if not _ended(client, now) and client.digest not in suspended)


def _ended(client: Client, now: float) -> bool:
    return 0 < client.until <= now


def _is_sound(client: Client) -> bool:
    return is_digest(client.digest) and is_id(client.subscription) and is_id(client.credential)


def next_expiry(routes: Iterable[Route], now: float) -> int:
    """The second at which the next key of ``routes`` ends by itself, 0 when none does."""
    return min((client.until for route in routes for client in route.clients if client.until > now), default=0)
