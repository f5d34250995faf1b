"""A cluster whose applications answer, as a source of Portico, and the steps of fetching by hand."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from accounts.models import Team
from demo.cluster.access import PROXY, service_account
from demo.cluster.cluster import Cluster
from demo.cluster.server import Server
from discovery.configuration import sealed
from discovery.fetching.due import notice
from discovery.fetching.engine import Fetched, fetch_due
from discovery.models import DiscoveredService, Run, Source, SpecificationFetch
from discovery.runs.claim import claim
from discovery.runs.engine import execute
from discovery.runs.queue import enqueue
from tests.common.http.talking import FakeNet
from tests.factories.catalog import as_bytes, make_environment, openapi
from tests.factories.discovery import make_source

KUBERNETES = "discovery.connectors.kubernetes.connector.Kubernetes"
TOKEN = "planted-token-of-the-cluster"
LEDGER = as_bytes(openapi("1.2.0", title="Ledger"))


@dataclass
class Bank:
    """One cluster behind its API server; ``proxied`` gives the identity the right to go through it."""

    cluster: Cluster
    server: Server
    net: FakeNet = field(default_factory=FakeNet)

    def source(
        self, *, owner: Team | None = None, secrets: dict[str, str] | None = None, **configuration: Any
    ) -> Source:
        """A source of the cluster that fetches through the API server, unless it is told otherwise."""
        told = {
            "server": self.server.url,
            "ca": self.server.authority.certificate.decode().splitlines(),
            "fetch_through_api_server": True,
            **configuration,
        }
        named = {"token": TOKEN, **(secrets or {})}
        return make_source(
            "prod",
            kind="kubernetes",
            environment=make_environment("production", position=1),
            owner=owner,
            configuration=told,
            secrets=sealed("prod", named),
        )

    def service(
        self, name: str, *, annotations: dict[str, str] | None = None, version: str = "", ready: int = 1, **spec: Any
    ) -> None:
        labels = {"app.kubernetes.io/name": name, **({"app.kubernetes.io/version": version} if version else {})}
        port = {"name": "http", "port": 8080, "targetPort": 8080}
        metadata = {"name": name, "namespace": "payments", "labels": labels, "annotations": annotations or {}}
        self.cluster.add(
            {"apiVersion": "v1", "kind": "Service", "metadata": metadata}
            | {"spec": {"selector": {"app": name}, "ports": [port], **spec}}
        )
        template = {
            "metadata": {"labels": {"app": name}},
            "spec": {"containers": [{"name": "main", "image": "bank:1"}]},
        }
        self.cluster.add(
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": "payments"}}
            | {"spec": {"replicas": 1, "selector": {"matchLabels": {"app": name}}, "template": template}}
            | {"status": {"replicas": 1, "readyReplicas": ready}}
        )

    def serve(self, name: str, path: str = "/openapi.json", body: bytes = LEDGER, **page: Any) -> Any:
        return self.cluster.applications.publish("payments", name, path, body, **page)

    def forget(self, name: str, path: str = "/openapi.json") -> None:
        self.cluster.applications.of("payments", name).pages.pop(path)

    def paths(self, name: str) -> list[str]:
        """What the application was asked for."""
        return [received.path for received in self.cluster.applications.of("payments", name).received]

    def see(self) -> Run:
        """A run of the source, here and to its end."""
        source = Source.objects.get()
        run = enqueue(source, "test", timezone.now())
        claimed = claim(source.pk, timezone.now())
        assert claimed is not None
        execute(claimed)
        run.refresh_from_db()
        return run

    def look(self) -> Fetched:
        """What is due is fetched, and everything is due that time alone keeps from being so."""
        notice(timezone.now())
        SpecificationFetch.objects.filter(due_at__isnull=False).update(due_at=timezone.now())
        return fetch_due(timezone.now, time.monotonic() + 60, self.net.ask)


@contextmanager
def open_bank(*, may_proxy: bool = True, token: str = TOKEN) -> Iterator[Bank]:
    cluster = Cluster()
    cluster.delete("Service", "default", "kubernetes")
    identity = service_account("portal", "portal")
    cluster.reader(token=token)
    if may_proxy:
        cluster.access.grant(identity.username, PROXY)
    with Server(cluster) as server:
        yield Bank(cluster, server)


def row(name: str) -> DiscoveredService:
    return DiscoveredService.objects.select_related("fetch", "specification", "specification_version").get(name=name)


def fetch(name: str) -> SpecificationFetch:
    return row(name).fetch


def tried(name: str) -> dict[str, str]:
    """What people are told, by what was asked."""
    return {one["what"]: one["outcome"] for one in fetch(name).tried}
