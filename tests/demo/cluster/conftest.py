from collections.abc import Iterator
from typing import Any

import pytest

from demo.cluster.cluster import Cluster
from demo.cluster.server import Server
from tests.demo.cluster.client import Client


def service(name: str, namespace: str = "cards", **labels: str) -> dict[str, Any]:
    ports = [{"name": "http", "port": 80, "targetPort": 8080}]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {"selector": {"app": name}, "ports": ports},
    }


def deployment(name: str, namespace: str = "cards", replicas: int = 2) -> dict[str, Any]:
    pods = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": name, "image": f"{name}:1"}]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": pods},
    }


def virtual_service(name: str, namespace: str = "cards", version: str = "v1") -> dict[str, Any]:
    return {
        "apiVersion": f"networking.istio.io/{version}",
        "kind": "VirtualService",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"hosts": [name]},
    }


@pytest.fixture
def cluster() -> Cluster:
    """Five Services in two namespaces."""
    cluster = Cluster()
    for name in ("authorisation", "controls", "tokens"):
        cluster.add(service(name, "cards", tier="front" if name == "tokens" else "back"))
    cluster.add(service("kyc", "personal"))
    return cluster


@pytest.fixture
def server(cluster: Cluster) -> Iterator[Server]:
    with Server(cluster) as server:
        yield server


@pytest.fixture
def client(server: Server) -> Client:
    return Client(server, server.cluster.reader())
