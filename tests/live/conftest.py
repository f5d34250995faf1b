"""A cluster for tests that ask only what a real one can do, and a namespace in it.

It is the demo's API server in this process. When ``PORTICO_TEST_KUBECONFIG`` names the kubeconfig of somebody who may
make namespaces, service accounts and roles, it is that cluster. What is made is in namespaces that are deleted again.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from demo.cluster.cluster import Cluster
from demo.cluster.kinds import GATEWAY_API, ISTIO
from demo.cluster.kubeconfig import kubeconfig
from demo.cluster.server import Server
from tests.live.administrator import Administrator

KUBECONFIG = os.environ.get("PORTICO_TEST_KUBECONFIG", "")


@pytest.fixture(scope="session")
def live_cluster() -> Iterator[Administrator]:
    """The cluster, through the eyes of its administrator."""
    if KUBECONFIG:
        yield Administrator(Path(KUBECONFIG).read_text(encoding="utf-8"))
        return
    cluster = Cluster()
    cluster.install(*GATEWAY_API, *ISTIO)
    with Server(cluster) as server:
        token = cluster.administrator()
        yield Administrator(kubeconfig("test", server.url, server.authority.certificate, token=token))


@dataclass(slots=True)
class Place:
    """A namespace with a service account that nobody has given any right."""

    cluster: Administrator
    namespace: str
    account: str
    folder: Path
    made: list[dict[str, Any]] = field(default_factory=list)

    def apply(self, api: str, kind: str, name: str, **parts: Any) -> dict[str, Any]:
        metadata = {"name": name, "namespace": self.namespace, **parts.pop("metadata", {})}
        manifest = {"apiVersion": api, "kind": kind, "metadata": metadata, **parts}
        self.made.append(manifest)
        return self.cluster.apply(manifest)

    def delete(self, api: str, kind: str, name: str) -> None:
        self.cluster.delete({"apiVersion": api, "kind": kind, "metadata": {"name": name, "namespace": self.namespace}})

    def add_service(self, name: str) -> None:
        spec = {"selector": {"app": name}, "ports": [{"name": "http", "port": 80}]}
        self.apply("v1", "Service", name, spec=spec, metadata={"labels": {"app": name}})

    def configuration(self) -> dict[str, Any]:
        """Of a source that reads this namespace with the rights of its service account."""
        path = self.folder / "kubeconfig"
        path.write_text(self.cluster.kubeconfig(self.token), encoding="utf-8")
        return {"kubeconfig": str(path), "namespaces": [self.namespace]}

    @property
    def token(self) -> str:
        return self.cluster.token(self.namespace, self.account)


@pytest.fixture
def place(live_cluster: Administrator, tmp_path: Path) -> Iterator[Place]:
    namespace = f"portico-test-{uuid4().hex[:10]}"
    whole = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
    live_cluster.apply(whole)
    try:
        account = {"name": "reader", "namespace": namespace}
        live_cluster.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": account})
        yield Place(live_cluster, namespace, "reader", tmp_path)
    finally:
        live_cluster.delete(whole)
