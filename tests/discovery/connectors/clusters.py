"""Runs of the connector against a cluster of a test."""

import time
from dataclasses import dataclass
from typing import Any

from discovery.connectors.base import Complete, Endpoint, Observation, Problem, Seen, Surroundings
from discovery.connectors.kubernetes.connector import Kubernetes
from tests.clusters import Cluster


@dataclass
class Run:
    """What one run yielded."""

    seen: list[Seen]

    def addresses(self, service: str, scope: str) -> list[Endpoint] | None:
        """The addresses of a service from there; ``None`` when it is not known from where it can be reached."""
        exposure = self.services[service].exposure
        return None if exposure is None else [one for one in exposure.endpoints if one.scope == scope]

    @property
    def services(self) -> dict[str, Observation]:
        return {f"{one.namespace}/{one.name}": one for one in self.seen if isinstance(one, Observation)}

    @property
    def problems(self) -> list[tuple[str, str]]:
        return [(one.code, one.place) for one in self.seen if isinstance(one, Problem)]

    @property
    def complete(self) -> list[str]:
        """The scopes in which every Service is known."""
        return self.complete_in("Service")

    def complete_in(self, kind: str) -> list[str]:
        return [one.namespace for one in self.seen if isinstance(one, Complete) and one.kind == kind]


def surroundings(configuration: dict[str, Any], seconds: float = 30) -> Surroundings:
    return Surroundings("prod", "production", configuration, time.monotonic() + seconds)


def run(cluster: Cluster, /, **more: Any) -> Run:
    """One run; ``more`` goes into the configuration."""
    return Run(list(Kubernetes().observe(surroundings(cluster.configuration(**more)))))


def check(cluster: Cluster, /, **more: Any) -> tuple[str, ...]:
    return Kubernetes().check(surroundings(cluster.configuration(**more))).sentences
