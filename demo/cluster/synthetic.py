"""A large cluster made up from numbers: the same objects each time, as large as real ones are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from demo.cluster.answers import Caller, answer
from demo.cluster.asked import asked
from demo.cluster.cluster import Cluster
from demo.cluster.kinds import ISTIO

_WORDS = ("ledger", "cards", "loans", "quotes", "claims", "alerts", "limits", "orders", "prices", "scores")
_PART_OF = "app.kubernetes.io/part-of"


@dataclass(frozen=True, slots=True)
class Load:
    """How many of each; they are spread evenly over the namespaces."""

    namespaces: int = 200
    services: int = 10_000
    virtual_services: int = 4_000
    destination_rules: int = 4_000
    authorization_policies: int = 1_000
    peer_authentications: int = 200


def large_cluster(load: Load = Load(), *, first_version: int = 1000) -> Cluster:
    """A Deployment for each Service, and Istio objects about them; no endpoints."""
    cluster = Cluster(has_controllers=False, first_version=first_version)
    cluster.install(*ISTIO)
    for manifest in manifests(load):
        cluster.add(manifest)
    return cluster


def prepare(cluster: Cluster, token: str, *, limit: int = 500) -> int:
    """Every page of every kind the token reads is written and compressed; returns their bytes uncompressed."""
    size = 0
    for kind in cluster.kinds():
        root = f"/apis/{kind.group}/{kind.versions[0]}" if kind.group else "/api/v1"
        rest = ""
        while True:
            headers = {"Authorization": f"Bearer {token}"}
            request = asked("GET", f"{root}/{kind.plural}?limit={limit}{rest}", headers)
            _, reply = answer(cluster, request, Caller("", None, bool))
            if reply.compressed is None:
                break
            reply.compressed()
            size += len(reply.body)
            following = reply.body.partition(b'"continue":"')[2].partition(b'"')[0].decode()
            if not following:
                break
            rest = f"&continue={following}"
    return size


def manifests(load: Load) -> Iterator[dict[str, Any]]:
    """The objects in the order of a cluster that grew: what a Service needs comes with it."""
    for number in range(min(load.namespaces, load.services)):
        yield _namespace(_place(load, number))
    yield _edge()
    for number in range(load.services):
        namespace, name = _place(load, number), _name(number)
        yield _service(namespace, name)
        yield _deployment(namespace, name)
        if number < load.virtual_services:
            yield _istio("networking", "VirtualService", namespace, name, _routes(name, namespace))
        if number < load.destination_rules:
            yield _istio("networking", "DestinationRule", namespace, name, _traffic(name, namespace))
        if number < load.authorization_policies:
            yield _istio("security", "AuthorizationPolicy", namespace, name, _policy(name))
        if number < load.peer_authentications:
            mode = {"mtls": {"mode": "STRICT" if number % 3 else "PERMISSIVE"}}
            yield _istio("security", "PeerAuthentication", namespace, "default", mode)


def _namespace(name: str) -> dict[str, Any]:
    """One whose pods are in the mesh, so that everything that is said of it has to be worked out."""
    labels = {"kubernetes.io/metadata.name": name, "istio-injection": "enabled"}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def _place(load: Load, number: int) -> str:
    return f"team-{number % load.namespaces:03}"


def _name(number: int) -> str:
    return f"{_WORDS[number % len(_WORDS)]}-{number:05}"


def _about(namespace: str, name: str) -> dict[str, Any]:
    labels = {"app": name, "app.kubernetes.io/name": name, "app.kubernetes.io/version": "1.4.2"}
    labels |= {_PART_OF: name.partition("-")[0], "app.kubernetes.io/managed-by": "Helm", "team": namespace}
    annotations = {"meta.helm.sh/release-name": name, "meta.helm.sh/release-namespace": namespace}
    return {"name": name, "namespace": namespace, "labels": labels, "annotations": annotations}


def _service(namespace: str, name: str) -> dict[str, Any]:
    ports = [{"name": "http", "port": 80, "targetPort": 8080}, {"name": "metrics", "port": 9090, "targetPort": 9090}]
    about = _about(namespace, name)
    about["annotations"] |= {"prometheus.io/scrape": "true", "prometheus.io/port": "9090", "example.org/tier": "2"}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": about,
        "spec": {"selector": {"app": name}, "ports": ports},
    }


def _deployment(namespace: str, name: str) -> dict[str, Any]:
    about = _about(namespace, name)
    spec = {"replicas": 2, "revisionHistoryLimit": 10, "selector": {"matchLabels": {"app": name}}}
    spec["strategy"] = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}
    pods = {"containers": [_container(name), _container("log-shipper")], "serviceAccountName": name}
    pods |= {"restartPolicy": "Always", "terminationGracePeriodSeconds": 30, "dnsPolicy": "ClusterFirst"}
    spec["template"] = {"metadata": {"labels": about["labels"]}, "spec": pods}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": about, "spec": spec}


def _container(name: str) -> dict[str, Any]:
    probe = {"httpGet": {"path": "/healthz", "port": 8080, "scheme": "HTTP"}, "periodSeconds": 10, "timeoutSeconds": 1}
    settings = ("LOG_LEVEL", "REGION", "DATABASE_HOST", "CACHE_HOST", "QUEUE_HOST", "TIME_ZONE")
    resources = {"cpu": "250m", "memory": "256Mi", "ephemeral-storage": "1Gi"}
    return {
        "name": name,
        "image": f"registry.example.org/services/{name}:1.4.2",
        "imagePullPolicy": "IfNotPresent",
        "env": [{"name": setting, "value": f"{setting.lower()}.internal"} for setting in settings],
        "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}],
        "livenessProbe": probe,
        "readinessProbe": probe,
        "resources": {"requests": resources, "limits": resources},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "securityContext": {"runAsNonRoot": True, "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True},
    }


def _edge() -> dict[str, Any]:
    """The gateway that all VirtualServices name."""
    server = {"port": {"number": 443, "name": "https", "protocol": "HTTPS"}, "hosts": ["*.example.org"]}
    server["tls"] = {"mode": "SIMPLE", "credentialName": "edge"}
    spec = {"selector": {"istio": "edge"}, "servers": [server]}
    return _istio("networking", "Gateway", "istio-system", "edge", spec)


def _istio(part: str, kind: str, namespace: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": f"{part}.istio.io/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace, "labels": {"app": name}},
        "spec": spec,
    }


def _routes(name: str, namespace: str) -> dict[str, Any]:
    host = f"{name}.{namespace}.svc.cluster.local"
    destinations = [
        {"destination": {"host": host, "subset": subset, "port": {"number": 80}}} for subset in ("v1", "v2")
    ]
    split = [route | {"weight": weight} for route, weight in zip(destinations, (90, 10), strict=True)]
    retries = {"attempts": 3, "perTryTimeout": "2s", "retryOn": "5xx,reset,connect-failure"}
    for_team = {"match": [{"headers": {"x-team": {"regex": "^(alpha|beta)-.*$"}}}], "route": destinations[:1]}
    for_team |= {"fault": {"delay": {"percentage": {"value": 0.1}, "fixedDelay": "5s"}}, "mirror": {"host": host}}
    policy = {"allowOrigins": [{"exact": "https://www.example.org"}], "allowMethods": ["GET", "POST"], "maxAge": "24h"}
    tested = {
        "match": [{"headers": {"x-canary": {"exact": "yes"}}, "uri": {"prefix": "/"}}],
        "route": [destinations[1]],
    }
    plain = {"match": [{"uri": {"prefix": f"/{name}/"}}], "rewrite": {"uri": "/"}, "route": split, "corsPolicy": policy}
    limits = {"timeout": "10s", "retries": retries}
    return {
        "hosts": [host, f"{name}.example.org"],
        "gateways": ["mesh", "istio-system/edge"],
        "http": [tested, for_team | limits, plain | limits],
    }


def _traffic(name: str, namespace: str) -> dict[str, Any]:
    pool = {"tcp": {"maxConnections": 100, "connectTimeout": "3s"}, "http": {"http1MaxPendingRequests": 50}}
    outliers = {"consecutive5xxErrors": 5, "interval": "30s", "baseEjectionTime": "60s"}
    subsets = [{"name": version, "labels": {"version": version}} for version in ("v1", "v2")]
    policy = {"connectionPool": pool, "outlierDetection": outliers, "tls": {"mode": "ISTIO_MUTUAL"}}
    return {"host": f"{name}.{namespace}.svc.cluster.local", "trafficPolicy": policy, "subsets": subsets}


def _policy(name: str) -> dict[str, Any]:
    rule = {
        "from": [{"source": {"principals": ["cluster.local/ns/edge/sa/gateway"]}}],
        "to": [{"operation": {"methods": ["GET"]}}],
    }
    return {"selector": {"matchLabels": {"app": name}}, "action": "ALLOW", "rules": [rule]}
