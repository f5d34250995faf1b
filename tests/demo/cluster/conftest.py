from collections.abc import Iterator

import pytest

from demo.cluster.cluster import Cluster
from demo.cluster.server import Server
from tests.demo.cluster.client import Client
from tests.demo.cluster.manifests import service


@pytest.fixture
def cluster() -> Cluster:
    """Four Services in two namespaces, and the one every cluster has."""
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
