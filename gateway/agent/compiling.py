"""One API at a time from what the portal said to what Envoy gets, with what its upstreams' names mean now."""

import time
from collections.abc import Callable, Iterable, Mapping

import msgspec

from gateway.agent.entries import Entry
from gateway.agent.resolving import Resolver
from gateway.agent.snapshot import Common
from gateway.agent.upstreams import Judge, placed
from gateway.envoy.compile import CompiledAPI, Surroundings, compile_api
from gateway.envoy.scopes import owners_of_segments
from gateway.values import RouteProblem


class NotCompiled(Exception):
    """An API cannot be put into Envoy's terms; the text says why."""


class Compiler:
    """``own_ports`` are those of the gateway itself; ``authorities`` is the file with the machine's own."""

    def __init__(
        self,
        resolver: Resolver,
        own_ports: frozenset[int],
        authorities: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._resolver = resolver
        self._own_ports = own_ports
        self._authorities = authorities
        self._clock = clock
        self._common = Common()
        self._judge = Judge(own_ports=own_ports)
        self._owners: Mapping[str, str] = {}

    def surround(self, common: Common) -> bool:
        """What holds for all APIs is this from now on; returns whether all have to be compiled again."""
        before, self._common = self._common, common
        self._judge = Judge(common.policy, self._own_ports)
        return msgspec.structs.replace(before, generation=0, gateway="") != msgspec.structs.replace(
            common, generation=0, gateway=""
        )

    def share_out(self, entries: Iterable[Entry]) -> set[str]:
        """Each first segment of a path has one API; returns the APIs that won or lost one."""
        before, self._owners = self._owners, owners_of_segments(entry.used for entry in entries)
        differ = {
            segment
            for segment in before.keys() | self._owners.keys()
            if before.get(segment) != self._owners.get(segment)
        }
        return {owner for segment in differ for owners in (before, self._owners) if (owner := owners.get(segment))}

    def compiled(self, entry: Entry) -> tuple[CompiledAPI, tuple[RouteProblem, ...]]:
        """The API's resources and all that is wrong with its routes; raises ``NotCompiled``."""
        one = placed(entry.used, self._resolver, self._judge)
        surroundings = Surroundings(
            addresses=one.addresses,
            shares=self._common.shares,
            origins=self._common.origins,
            owners=self._owners,
            authorities=self._authorities,
        )
        try:
            compiled = compile_api(one.configuration, surroundings, now=self._clock())
        # Whatever the compiler stumbles over in one API's values must not stop the others.
        except Exception as error:
            raise NotCompiled(f"It could not be put into Envoy's terms ({type(error).__name__}: {error})") from error
        return compiled, (*one.problems, *compiled.problems)
