"""A cluster of a test: the demo's API server in this process, with short words for what tests put into it.

Nothing is derived from its objects: a test says itself what stands behind a Service.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from demo.cluster.certificates import Authority
from demo.cluster.cluster import Cluster as Served
from demo.cluster.cluster import UnknownKind
from demo.cluster.kinds import GATEWAY_API, ISTIO
from demo.cluster.objects import applied
from demo.cluster.server import Server
from demo.cluster.statuses import JSON, Reply

TOKEN = "planted-token-of-the-cluster"
USER = "system:serviceaccount:portico:reader"


def uid_of(namespace: str, name: str) -> str:
    """The same for the same object in every test."""
    return str(uuid5(NAMESPACE_OID, f"{namespace}/{name}"))


class Cluster:
    """What the server serves and how it behaves; a test changes it while the server runs.

    ``host`` is the name in the certificate.
    """

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.served = Served(has_controllers=False)
        self.served.delete("Service", "default", "kubernetes")
        self.served.reader(USER, token=TOKEN)
        self.authority = Authority(hosts=(host,))
        self.http = Server(self.served, authority=self.authority)
        self._token = TOKEN

    @property
    def port(self) -> int:
        return self.http.port

    @property
    def server(self) -> str:
        return self.http.url

    @property
    def ca(self) -> str:
        return self.authority.certificate.decode()

    @property
    def token(self) -> str:
        return self._token

    @token.setter
    def token(self, token: str) -> None:
        """The only one that works from now on."""
        self.served.access.revoke(self._token)
        self._token = self.served.reader(USER, token=token)

    def configuration(self, **more: Any) -> dict[str, Any]:
        return {"server": self.server, "ca": self.ca.splitlines(), "token": TOKEN, **more}

    def paths(self) -> list[str]:
        return [request.target for request in self.http.requests]

    def install(self) -> None:
        """Gateway API and Istio are there from now on."""
        self.served.install(*GATEWAY_API, *ISTIO)

    def forbid(self, *refused: str) -> None:
        """What may not be listed, «services» cluster-wide or «services in cards», and nothing else is refused."""
        self.served.faults.clear()
        for one in refused:
            resource, _, namespace = one.partition(" in ")
            self.served.faults.forbid(namespace, resource)

    def forbid_cluster_wide(self) -> None:
        """Whatever may be listed may be listed in a namespace only."""
        self.forbid(*(kind.plural for kind in self.served.kinds()))

    def put_out_of_order(self, *groups: str) -> None:
        """The groups are there, and nobody answers for them."""
        for group in groups:
            versions = [kind.versions[0] for kind in self.served.kinds() if kind.group == group]
            self.served.make_unavailable(group, versions[0] if versions else "v1beta1")

    def prepare(
        self, path: str, status: int, headers: Mapping[str, str] | None = None, body: bytes = b"", times: int = 1
    ) -> None:
        """The next requests of the path get this."""
        more = dict(headers or {})
        reply = Reply(status, body, more.pop("Content-Type", JSON), more)
        self.served.faults.reply_with(path, reply, times)

    def add(self, api: str, resource: str, name: str, namespace: str = "cards", **parts: Any) -> None:
        kinds = [kind for kind in self.served.kinds() if kind.plural == resource and api == kind.api_version()]
        if not kinds:
            raise UnknownKind(f"{api} {resource}")
        metadata = {"name": name, "uid": uid_of(namespace, name), **parts.pop("metadata", {})}
        if kinds[0].is_namespaced:
            metadata["namespace"] = namespace
        self.served.add({"apiVersion": api, "kind": kinds[0].name, "metadata": metadata, **parts})

    def add_service(self, name: str, namespace: str = "cards", **metadata: Any) -> None:
        spec = {"type": "ClusterIP", "selector": {"app": name}, "ports": [{"port": 80, "name": "http"}]}
        self.add("v1", "services", name, namespace, spec=spec, metadata=metadata)

    def add_deployment(self, name: str, namespace: str = "cards", replicas: int = 2, ready: int = 1) -> None:
        containers = [
            {
                "name": "main",
                "image": f"registry.bank.example/{name}:1.2.3",
                "args": ["--password=planted-argument"],
                "env": [{"name": "KEY", "value": "planted-environment"}],
            }
        ]
        spec = {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": containers}},
        }
        status = {"observedGeneration": 1, "replicas": replicas, "readyReplicas": ready}
        metadata = {"name": name, "namespace": namespace, "uid": uid_of(namespace, name)}
        manifest = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec, "status": status}
        # What is applied with kubectl is in an annotation once more, with every value in it.
        self.served.add(applied(manifest))

    def delete(self, kind: str, name: str, namespace: str = "cards") -> None:
        assert self.served.delete(kind, namespace, name)


@contextmanager
def serving(cluster: Cluster) -> Iterator[Cluster]:
    """The cluster, served until the end."""
    with cluster.http:
        yield cluster


@cache
def shared() -> Cluster:
    """One small cluster that is served as long as the tests run."""
    cluster = Cluster()
    for name in ("payments", "ledger"):
        cluster.add_service(name)
        cluster.add_deployment(name)
    cluster.install()
    entry = {"hosts": ["api.rates.example"], "ports": [{"number": 443, "name": "https", "protocol": "HTTPS"}]}
    cluster.add("networking.istio.io/v1", "serviceentries", "rates", spec=entry)
    machine = {"address": "10.1.2.3", "labels": {"app": "mainframe"}}
    cluster.add("networking.istio.io/v1", "workloadentries", "mainframe-1", spec=machine)
    cluster.http.start()
    return cluster
