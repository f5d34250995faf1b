"""A cluster of the demo as a watch tells of it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from demo.cluster.cluster import Cluster
from demo.cluster.server import Server
from discovery.connectors.base import EVERYWHERE, Exposure, Observation, Surroundings
from discovery.connectors.kubernetes.connector import Kubernetes
from discovery.connectors.kubernetes.pace import Pace
from discovery.connectors.watches import Changed, Watching

#: As a real watch, only that nothing takes long; what must not happen by itself in a test takes for ever.
QUICK = Pace(
    sign=0.02,
    window=0.01,
    window_at_most=0.05,
    first_pause=0.01,
    pause_at_most=0.05,
    retry_after_at_most=0.05,
    spread=0.01,
    patience=0.3,
    gap=0.1,
    refusal=0.05,
    mounted_refusal=0.3,
    settle=0.3,
    discovery=3600,
)
AT_MOST_SECONDS = 20.0


@dataclass
class Watched:
    """What the catalog would hold if it did all that the watch says."""

    told: Iterator[Changed | Watching]
    services: dict[str, Observation] = field(default_factory=dict)
    changes: list[Changed] = field(default_factory=list)
    last: Watching = field(default_factory=lambda: Watching(0, 0))

    def until(self, is_so: Callable[["Watched"], Any]) -> "Watched":
        """Listens until it is so; fails when it does not come about."""
        stop = time.monotonic() + AT_MOST_SECONDS
        while not is_so(self):
            assert time.monotonic() < stop, (sorted(self.services), self.last)
            self.listen()
        return self

    def listen(self) -> None:
        one = next(self.told)
        if isinstance(one, Watching):
            self.last = one
            return
        self.changes.append(one)
        whole = {(scope.kind, scope.namespace) for scope in one.scopes}

        def is_said(seen: Observation) -> bool:
            return not whole.isdisjoint({(seen.kind, seen.namespace), (seen.kind, EVERYWHERE)})

        assert all(map(is_said, one.observations))
        self.services = {key: seen for key, seen in self.services.items() if not is_said(seen)}
        for seen in one.observations:
            before = self.services.get(seen.key)
            self.services[seen.key] = seen if before is None else _with_known(seen, before)

    def listen_for(self, seconds: float) -> "Watched":
        stop = time.monotonic() + seconds
        while time.monotonic() < stop:
            self.listen()
        return self

    @property
    def is_open(self) -> bool:
        return bool(self.changes) and 0 < self.last.streams == self.last.streams_open

    def names(self, namespace: str = "cards") -> set[str]:
        return {seen.name for seen in self.services.values() if seen.namespace == namespace}

    def level(self, name: str, namespace: str = "cards") -> str:
        """From where the service can be reached, nothing when that is not known."""
        exposure = self.exposure(name, namespace)
        return exposure.level if exposure else ""

    def exposure(self, name: str, namespace: str = "cards") -> Exposure | None:
        return self.services[f"prod/{namespace}/Service/{name}"].exposure


def _with_known(seen: Observation, before: Observation) -> Observation:
    """``None`` is what could not be read: what is known stays."""
    return replace(
        seen,
        workloads=before.workloads if seen.workloads is None else seen.workloads,
        exposure=before.exposure if seen.exposure is None else seen.exposure,
    )


def configuration(server: Server, token: str, **more: Any) -> dict[str, Any]:
    return {"server": server.url, "ca": server.authority.certificate.decode().splitlines(), "token": token, **more}


def surroundings(configuration: dict[str, Any]) -> Surroundings:
    return Surroundings("prod", "production", configuration, time.monotonic(), Path("/nowhere"))


@contextmanager
def watching(server: Server, pace: Pace = QUICK, token: str = "", **more: Any) -> Iterator[Watched]:
    """A watch of the cluster, ended at the end with all its threads."""
    given = configuration(server, token or server.cluster.reader(), **more)
    told = Kubernetes(pace).watch(surroundings(given))
    try:
        yield Watched(told)
    finally:
        told.close()
        assert threads() == []


def threads() -> list[str]:
    """The threads of watches that are still there."""
    return [one.name for one in threading.enumerate() if one.name.startswith(("watch ", "look "))]


def load(cluster: Cluster, namespaces: int, each: int) -> None:
    """Services that nothing stands behind, spread over namespaces."""
    for number in range(namespaces * each):
        name, namespace = f"service-{number}", f"team-{number % namespaces}"
        metadata = {"name": name, "namespace": namespace}
        cluster.add({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"ports": [{"port": 80}]}})
