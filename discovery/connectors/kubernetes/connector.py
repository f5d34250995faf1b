"""The connector `kubernetes`: the Services of a live cluster, with what stands behind and in front of them."""

import time
from collections.abc import Iterator
from typing import ClassVar

from common.outbound import Reach
from discovery.connectors.base import (
    Checked,
    Parameter,
    Phase,
    Refused,
    Seen,
    Surroundings,
)
from discovery.connectors.clock import Clock
from discovery.connectors.fetches import Ways
from discovery.connectors.kubernetes.checked import sentences
from discovery.connectors.kubernetes.client import Client
from discovery.connectors.kubernetes.config import PARAMETERS, read_config
from discovery.connectors.kubernetes.fetching import ways
from discovery.connectors.kubernetes.installed import ask_installed, asking_installed
from discovery.connectors.kubernetes.kinds import SERVICES
from discovery.connectors.kubernetes.observing import observations
from discovery.connectors.kubernetes.origin import origin_of
from discovery.connectors.kubernetes.pace import Pace
from discovery.connectors.kubernetes.reading import Reading
from discovery.connectors.kubernetes.rights import ask_rights, ask_who
from discovery.connectors.kubernetes.roles import manifest
from discovery.connectors.kubernetes.watching import ClusterWatch
from discovery.connectors.watches import Changed, Watching

CHECK_SECONDS = 8.0
#: So much earlier no further right is asked for, so that the answer can still be given.
_RESERVE_SECONDS = 2.0


class Kubernetes:
    """Reads a cluster through its API server: whole on every run, and change by change while it is watched."""

    kind: ClassVar[str] = "kubernetes"
    title: ClassVar[str] = "Kubernetes cluster"
    summary: ClassVar[str] = (
        "Reads Services, their workloads and the routes that lead to them from the API server of a live cluster."
    )
    icon: ClassVar[str] = "topology-star-3"
    version: ClassVar[str] = "1"
    parameters: ClassVar[tuple[Parameter, ...]] = PARAMETERS

    def __init__(self, pace: Pace | None = None) -> None:
        self._pace = pace or Pace()

    def check(self, surroundings: Surroundings) -> Checked:
        """Who Portico is in the cluster, which rights it lacks, and what to apply for them."""
        config = read_config(surroundings)
        with_proxy = surroundings.configuration.get("fetch_through_api_server") is True
        end = min(surroundings.deadline, time.monotonic() + CHECK_SECONDS)
        client = Client(config.access, end)
        try:
            who = ask_who(client)
            installed = ask_installed(client)
            until = end - _RESERVE_SECONDS
            rights = ask_rights(client, installed, config.namespaces, until, with_proxy=with_proxy)
        finally:
            client.close()
        if len(rights.lacks("list", SERVICES)) == max(len(config.namespaces), 1):
            hint = "Apply this as an administrator of the cluster"
            if not config.namespaces:
                hint += ", or name the namespaces to read and test again for less"
            text = manifest(who, installed, config.namespaces, with_proxy=with_proxy)
            message = f"The identity {who or 'of these credentials'} may not list Services."
            raise Refused(message, f"{hint}:\n{text}")
        return Checked(tuple(sentences(who, installed, rights, config.namespaces, with_proxy=with_proxy)))

    def observe(self, surroundings: Surroundings) -> Iterator[Seen]:
        """The Services of the cluster, after all lists have been read."""
        config = read_config(surroundings)
        yield Phase("Ask what is installed")
        client = Client(config.access, surroundings.deadline)
        try:
            clock = Clock(surroundings.deadline)
            installed = yield from asking_installed(client)
            reading = Reading(client, installed, config.namespaces)
            yield from reading.go(clock)
        finally:
            client.close()
        origin = origin_of(config, installed, reading.store) if reading.gaps.are_none else b""
        yield from observations(config, reading, clock, origin, surroundings.origin)

    def ways(self, surroundings: Surroundings, reach: Reach) -> Ways:
        """How the specifications of its Services are looked for."""
        return ways(surroundings, reach)

    def watch(self, surroundings: Surroundings) -> Iterator[Changed | Watching]:
        """The Services of the cluster and then every change of them, for ever: the deadline is not for a watch."""
        return ClusterWatch(read_config(surroundings), self._pace).go()
