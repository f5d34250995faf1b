"""The connector `kubernetes`: the Services of a live cluster, with what stands behind and in front of them."""

import time
from collections.abc import Iterator
from typing import ClassVar

from discovery.connectors.base import (
    Checked,
    Parameter,
    Phase,
    Refused,
    Seen,
    Surroundings,
)
from discovery.connectors.clock import Clock
from discovery.connectors.kubernetes.client import Client
from discovery.connectors.kubernetes.config import PARAMETERS, Config, read_config
from discovery.connectors.kubernetes.installed import Installed, ask_installed
from discovery.connectors.kubernetes.kinds import SERVICES
from discovery.connectors.kubernetes.observing import observations
from discovery.connectors.kubernetes.origins import origins_of
from discovery.connectors.kubernetes.pace import Pace
from discovery.connectors.kubernetes.reading import Reading
from discovery.connectors.kubernetes.rights import Missing, ask_missing, ask_who, manifest
from discovery.connectors.kubernetes.watching import ClusterWatch
from discovery.connectors.watches import Changed, Watching

CHECK_SECONDS = 8.0
_SPOKEN_AT_MOST = 20


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
        client = Client(config.access, min(surroundings.deadline, time.monotonic() + CHECK_SECONDS))
        try:
            who = ask_who(client)
            installed = ask_installed(client)
            missing = ask_missing(client, installed, config.namespaces)
        finally:
            client.close()
        services = [scope for kind, scope in missing if kind is SERVICES]
        if services and len(services) == max(len(config.namespaces), 1):
            hint = "Apply this as an administrator of the cluster"
            if not config.namespaces:
                hint += ", or name the namespaces to read and test again for less"
            message = f"The identity {who or 'of these credentials'} may not list Services."
            raise Refused(message, f"{hint}:\n{manifest(who, installed, config.namespaces)}")
        return Checked(tuple(_sentences(who, installed, missing, config)))

    def observe(self, surroundings: Surroundings) -> Iterator[Seen]:
        """The Services of the cluster, after all lists have been read."""
        config = read_config(surroundings)
        yield Phase("Ask what is installed")
        client = Client(config.access, surroundings.deadline)
        try:
            clock = Clock(surroundings.deadline)
            installed = ask_installed(client)
            reading = Reading(client, installed, config.namespaces)
            yield from reading.read(clock)
        finally:
            client.close()
        origins = origins_of(config, installed, reading.store) if reading.gaps.are_none else {}
        yield from observations(config, reading, clock, origins, surroundings.origins)

    def watch(self, surroundings: Surroundings) -> Iterator[Changed | Watching]:
        """The Services of the cluster and then every change of them, for ever: the deadline is not for a watch."""
        return ClusterWatch(read_config(surroundings), self._pace).go()


def _sentences(who: str, installed: Installed, missing: Missing, config: Config) -> Iterator[str]:
    yield f"The API server answers and knows Portico as {who}." if who else "The API server answers."
    names = ", ".join(kind.spoken for kind in installed.versions)
    yield f"Installed of what is read: {names}."
    if installed.unknown:
        yield f"Out of order, and therefore not read: {', '.join(kind.spoken for kind in installed.unknown)}."
    if not missing:
        yield "The identity may list all of them, and needs no other right."
        return
    spoken = [kind.spoken if scope == "*" else f"{kind.spoken} in {scope}" for kind, scope in missing]
    more = f" and {len(spoken) - _SPOKEN_AT_MOST} more" if len(spoken) > _SPOKEN_AT_MOST else ""
    yield f"The right to list is missing for {', '.join(spoken[:_SPOKEN_AT_MOST])}{more}. Runs will be partial."
    yield f"To give it, apply this as an administrator of the cluster:\n{manifest(who, installed, config.namespaces)}"
