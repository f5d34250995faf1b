"""Runs of the connector against a cluster of a test."""

import time
from dataclasses import dataclass
from typing import Any

from discovery.connectors.base import Complete, Observation, Problem, Seen, Surroundings
from discovery.connectors.kubernetes.connector import Kubernetes
from tests.clusters import Cluster


@dataclass
class Run:
    """What one run yielded."""

    seen: list[Seen]

    @property
    def services(self) -> dict[str, Observation]:
        return {f"{one.namespace}/{one.name}": one for one in self.seen if isinstance(one, Observation)}

    @property
    def problems(self) -> list[tuple[str, str]]:
        return [(one.code, one.place) for one in self.seen if isinstance(one, Problem)]

    @property
    def complete(self) -> list[str]:
        return [one.namespace for one in self.seen if isinstance(one, Complete)]


def surroundings(configuration: dict[str, Any], seconds: float = 30) -> Surroundings:
    return Surroundings("prod", "production", configuration, time.monotonic() + seconds)


def run(cluster: Cluster, /, **more: Any) -> Run:
    """One run; ``more`` goes into the configuration."""
    return Run(list(Kubernetes().observe(surroundings(cluster.configuration(**more)))))


def check(cluster: Cluster, /, **more: Any) -> tuple[str, ...]:
    return Kubernetes().check(surroundings(cluster.configuration(**more))).sentences
