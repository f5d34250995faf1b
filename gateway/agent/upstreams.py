"""Which addresses of an upstream may be given to Envoy, and what is said of the others. Pure but for the question
whether an address is this machine's own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from common.outbound import Reach, is_allowed, is_of_this_machine, networks_of
from gateway.agent.resolving import Meaning, Resolver
from gateway.envoy.upstreams import UpstreamInvalid, host_of, target
from gateway.values import APIConfiguration, Policy, Route, RouteProblem

ADDRESSES_AT_MOST = 64


@dataclass(frozen=True, slots=True)
class Judged:
    """The addresses that may be used, and what is wrong with the others, in a sentence; empty for nothing."""

    addresses: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """An API as far as its upstreams may be called, with their addresses by host."""

    configuration: APIConfiguration
    addresses: dict[str, tuple[str, ...]]
    problems: tuple[RouteProblem, ...]


@dataclass(frozen=True)
class Judge:
    """A gateway's policy of addresses. ``own_ports`` are those of the gateway itself, closed like the portal's."""

    policy: Policy = field(default_factory=Policy)
    own_ports: frozenset[int] = frozenset()
    is_own: Callable[[str], bool] = is_of_this_machine

    @cached_property
    def _reach(self) -> Reach:
        return Reach(networks_of(self.policy.networks), takes_loopback=True)

    @cached_property
    def _closed(self) -> frozenset[int]:
        return self.own_ports | frozenset(self.policy.closed_ports)

    def judged(self, host: str, addresses: Iterable[str]) -> Judged:
        """What may be used of a host's addresses."""
        good, said = [], ""
        for address in sorted(set(addresses))[:ADDRESSES_AT_MOST]:
            refusal = self._refusal(address)
            if refusal:
                said = said or f"{_meaning(host, address)} {refusal}"
            else:
                good.append(address)
        return Judged(tuple(good), said)

    def closed(self, port: int, addresses: Iterable[str]) -> str:
        """Why nothing may lead to that port at one of the addresses; empty when something may."""
        if port in self._closed and any(map(self.is_own, addresses)):
            return f"Port {port} of this machine belongs to Portico and is no upstream: choose another one."
        return ""

    def _refusal(self, address: str) -> str:
        if not is_allowed(address):
            return "Link-local, metadata and multicast addresses are never called: choose another upstream."
        if not self._reach.has(address):
            return (
                "It is private, and no network of this gateway has it: list the network in the gateway's settings, "
                "or choose another upstream."
            )
        return ""


def placed(configuration: APIConfiguration, resolver: Resolver, judge: Judge) -> Placed:
    """What of an API can be given to the compiler: a route to a closed port is left out of it."""
    routes: list[Route] = []
    addresses: dict[str, tuple[str, ...]] = {}
    problems: list[RouteProblem] = []
    for route in configuration.routes:
        try:
            where = target(route.upstream)
        except UpstreamInvalid:
            # The compiler says what is wrong with it.
            routes.append(route)
            continue
        meaning = resolver.meaning(where.host) or Meaning(failure="the resolver has not answered yet")
        judged = judge.judged(where.host, meaning.addresses)
        problem = _unheard(where.host, meaning) or judged.problem
        closed = judge.closed(where.port, judged.addresses)
        if closed or problem:
            problems.append(RouteProblem(route=route.id, problem=closed or problem))
        if not closed:
            routes.append(route)
            addresses[where.host] = judged.addresses
    return Placed(msgspec.structs.replace(configuration, routes=tuple(routes)), addresses, tuple(problems))


def hosts_of(configuration: APIConfiguration) -> set[str]:
    """The hosts of all upstreams of an API."""
    return {host for route in configuration.routes if (host := host_of(route.upstream))}


def _unheard(host: str, meaning: Meaning) -> str:
    if not meaning.failure:
        return ""
    if meaning.addresses:
        return (
            f"The name {host} cannot be resolved now ({meaning.failure}): its last addresses stay in use for a while."
        )
    return f"The name {host} cannot be resolved ({meaning.failure}): look at the name, and at the gateway's resolver."


def _meaning(host: str, address: str) -> str:
    return f"The upstream is {address}." if host == address else f"The upstream {host} has the address {address}."
