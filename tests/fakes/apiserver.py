"""A small API server for tests of errors: real TLS, pages, rights and whatever answers a test prepares."""

import gzip
import json
import ssl
import tempfile
import threading
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

TOKEN = "planted-token-of-the-cluster"
USER = "system:serviceaccount:portico:reader"

#: Resource to kind, by group and version.
SERVED = {
    "v1": {"services": "Service", "namespaces": "Namespace"},
    "apps/v1": {"deployments": "Deployment", "statefulsets": "StatefulSet", "daemonsets": "DaemonSet"},
    "discovery.k8s.io/v1": {"endpointslices": "EndpointSlice"},
    "networking.k8s.io/v1": {"ingresses": "Ingress"},
}
ROUTES = {
    "gateway.networking.k8s.io/v1": {"gateways": "Gateway", "httproutes": "HTTPRoute"},
    "networking.istio.io/v1beta1": {"gateways": "Gateway", "virtualservices": "VirtualService"},
    "networking.istio.io/v1": {"gateways": "Gateway", "virtualservices": "VirtualService"},
}


@dataclass
class Cluster:
    """What the server serves and how it behaves; a test changes it while the server runs."""

    served: dict[str, dict[str, str]] = field(default_factory=lambda: dict(SERVED))
    objects: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    #: «resource» or «resource in namespace» that may not be listed.
    forbidden: set[str] = field(default_factory=set)
    stale: set[str] = field(default_factory=set)
    is_aggregated: bool = True
    #: Empty when a client certificate says who calls.
    token: str = TOKEN
    page_size: int = 500
    #: Prepared answers by path, each used once: status, headers, body.
    prepared: dict[str, deque[tuple[int, dict[str, str], bytes]]] = field(default_factory=lambda: defaultdict(deque))
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    port: int = 0
    ca: str = ""

    @property
    def server(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def configuration(self, **more: Any) -> dict[str, Any]:
        return {"server": self.server, "ca": self.ca.splitlines(), "token": TOKEN, **more}

    def paths(self) -> list[str]:
        return [path for _method, path, _headers in self.requests]

    def add(self, api: str, resource: str, name: str, namespace: str = "cards", **parts: Any) -> None:
        metadata = {"name": name, "namespace": namespace, "uid": f"uid-{namespace}-{name}", **parts.pop("metadata", {})}
        self.objects[f"{api}/{resource}"].append({"metadata": metadata, **parts})

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
        annotations = {"kubectl.kubernetes.io/last-applied-configuration": "planted-annotation"}
        self.add(
            "apps/v1", "deployments", name, namespace, spec=spec, status=status, metadata={"annotations": annotations}
        )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    cluster: Cluster

    def log_message(self, *_: Any) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _answer(self, body: bytes) -> None:
        url = urlsplit(self.path)
        self.cluster.requests.append((self.command, self.path, dict(self.headers)))
        prepared = self.cluster.prepared.get(url.path)
        if prepared:
            self._send(*prepared.popleft())
        elif self.headers.get("Authorization") != (f"Bearer {self.cluster.token}" if self.cluster.token else None):
            self._status(401, "Unauthorized")
        elif self.command == "POST":
            self._review(json.loads(body))
        elif url.path == "/apis":
            self._json(200, self._groups())
        elif url.path.removeprefix("/apis/") in self.cluster.served:
            api = url.path.removeprefix("/apis/")
            if api.partition("/")[0] in self.cluster.stale:
                self._send(503, {"Content-Type": "text/plain"}, b"service unavailable")
                return
            resources = [{"name": name, "verbs": ["get", "list"]} for name in self.cluster.served[api]]
            self._json(200, {"kind": "APIResourceList", "groupVersion": api, "resources": resources})
        else:
            self._list(url.path, parse_qs(url.query))

    def _review(self, review: dict[str, Any]) -> None:
        if review["kind"] == "SelfSubjectReview":
            self._json(201, {"kind": review["kind"], "status": {"userInfo": {"username": USER}}})
            return
        if review["kind"] == "SelfSubjectRulesReview":
            self._json(201, {"kind": review["kind"], "status": {"resourceRules": [], "incomplete": True}})
            return
        asked = review["spec"]["resourceAttributes"]
        allowed = self._may_list(asked["resource"], asked.get("namespace", ""))
        self._json(201, {"kind": review["kind"], "status": {"allowed": allowed}})

    def _may_list(self, resource: str, namespace: str) -> bool:
        where = f"{resource} in {namespace}" if namespace else resource
        return where not in self.cluster.forbidden

    def _groups(self) -> dict[str, Any]:
        groups: dict[str, list[str]] = defaultdict(list)
        for api in self.cluster.served:
            group, _, version = api.rpartition("/")
            groups[group].append(version)
        groups.pop("", None)
        if not self.cluster.is_aggregated:
            plain = [{"name": name, "versions": [{"version": one} for one in found]} for name, found in groups.items()]
            return {"kind": "APIGroupList", "groups": plain}
        return {
            "kind": "APIGroupDiscoveryList",
            "items": [
                {"metadata": {"name": name}, "versions": [self._version(name, one) for one in versions]}
                for name, versions in groups.items()
            ],
        }

    def _version(self, group: str, version: str) -> dict[str, Any]:
        if group in self.cluster.stale:
            return {"version": version, "freshness": "Stale"}
        names = self.cluster.served[f"{group}/{version}"]
        resources = [{"resource": name, "verbs": ["get", "list"]} for name in names]
        return {"version": version, "freshness": "Current", "resources": resources}

    def _list(self, path: str, query: dict[str, list[str]]) -> None:
        *front, resource = path.strip("/").split("/")
        namespace = ""
        if "namespaces" in front:
            namespace, front = front[-1], front[: front.index("namespaces")]
        api = "/".join(front[1:])
        if not self._may_list(resource, namespace):
            self._status(403, "Forbidden")
        elif resource not in self.cluster.served.get(api, {}):
            self._send(404, {"Content-Type": "text/plain"}, b"404 page not found")
        else:
            kind = self.cluster.served[api][resource]
            items = self.cluster.objects[f"{api}/{resource}"]
            found = [one for one in items if namespace in ("", one["metadata"]["namespace"])]
            start = int(query.get("continue", ["0"])[0])
            stop = start + min(int(query["limit"][0]), self.cluster.page_size)
            metadata = {"resourceVersion": "1", **({"continue": str(stop)} if stop < len(found) else {})}
            self._json(
                200, {"kind": f"{kind}List", "apiVersion": api, "metadata": metadata, "items": found[start:stop]}
            )

    def _status(self, code: int, reason: str) -> None:
        message = f"refused to {self.headers.get('Authorization')}"
        self._json(code, {"kind": "Status", "status": "Failure", "message": message, "reason": reason, "code": code})

    def _json(self, status: int, value: Any) -> None:
        body = gzip.compress(json.dumps(value).encode(), 1)
        self._send(status, {"Content-Type": "application/json", "Content-Encoding": "gzip"}, body)

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" in headers:
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@cache
def certificate(host: str = "127.0.0.1") -> tuple[str, str]:
    """A certificate that vouches for itself, and its key, both in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "cluster")])
    names: list[x509.GeneralName] = [x509.DNSName(host)]
    if host[0].isdigit():
        names = [x509.IPAddress(ip_address(host))]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.PEM).decode(), text.decode()


def start(cluster: Cluster, host: str = "127.0.0.1", client_ca: str = "") -> ThreadingHTTPServer:
    """Serves on a free port of this machine; ``host`` is the name in the certificate."""
    ca, key = certificate(host)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "server.pem"
        path.write_text(ca + key)
        context.load_cert_chain(path)
    if client_ca:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=client_ca)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"cluster": cluster}))
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    cluster.port, cluster.ca = server.server_address[1], ca
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


@contextmanager
def serving(cluster: Cluster, host: str = "127.0.0.1", client_ca: str = "") -> Iterator[Cluster]:
    """The cluster, served until the end."""
    server = start(cluster, host, client_ca)
    try:
        yield cluster
    finally:
        server.shutdown()
        server.server_close()


@cache
def shared() -> Cluster:
    """One small cluster that is served as long as the tests run."""
    cluster = Cluster()
    cluster.add("v1", "namespaces", "cards", "")
    for name in ("payments", "ledger"):
        cluster.add_service(name)
        cluster.add_deployment(name)
    cluster.served["networking.istio.io/v1"] = {"serviceentries": "ServiceEntry", "workloadentries": "WorkloadEntry"}
    entry = {"hosts": ["api.rates.example"], "ports": [{"number": 443, "name": "https", "protocol": "HTTPS"}]}
    cluster.add("networking.istio.io/v1", "serviceentries", "rates", spec=entry)
    machine = {"address": "10.1.2.3", "labels": {"app": "mainframe"}}
    cluster.add("networking.istio.io/v1", "workloadentries", "mainframe-1", spec=machine)
    start(cluster)
    return cluster
