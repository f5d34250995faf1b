"""One API as the agent knows it, and what is used of it when Envoy refuses its latest configuration. Pure."""

from dataclasses import dataclass

import msgspec

from gateway.envoy.compile import CompiledAPI
from gateway.values import APIConfiguration, Receipt, Route, RouteProblem


@dataclass(slots=True)
class Entry:
    """``latest`` is what the portal said last, ``used`` what is compiled: the same, until Envoy refuses it.

    ``accepted`` and ``refused`` are what is told the portal; the latter only while it is newer.
    """

    latest: APIConfiguration
    used: APIConfiguration
    compiled: CompiledAPI | None = None
    problems: tuple[RouteProblem, ...] = ()
    accepted: Receipt | None = None
    refused: Receipt | None = None

    @property
    def settled(self) -> int:
        """The newest generation that was accepted or refused; -1 for none."""
        return max(receipt.generation if receipt else -1 for receipt in (self.accepted, self.refused))

    @property
    def is_settled(self) -> bool:
        return self.settled >= self.latest.generation

    @property
    def receipts(self) -> tuple[Receipt, ...]:
        return tuple(receipt for receipt in (self.accepted, self.refused) if receipt)


def without_revoked(previous: APIConfiguration, latest: APIConfiguration) -> APIConfiguration:
    """What was accepted before, without the keys that the latest configuration has no more: whatever is wrong with
    that, what was taken from somebody stays taken."""
    now = {route.id: route for route in latest.routes}
    routes = tuple(_without_revoked(route, now[route.id]) for route in previous.routes if route.id in now)
    return msgspec.structs.replace(previous, routes=routes)


def _without_revoked(route: Route, now: Route) -> Route:
    live = {client.digest: client for client in now.clients}
    clients = []
    for client in route.clients:
        found = live.get(client.digest)
        if found is not None:
            clients.append(msgspec.structs.replace(client, until=found.until))
    anonymous = route.anonymous if now.anonymous is not None else None
    return msgspec.structs.replace(route, clients=tuple(clients), anonymous=anonymous, suspended=now.suspended)
