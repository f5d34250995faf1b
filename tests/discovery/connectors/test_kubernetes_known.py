"""What is told change by change adds up to what one look at everything sees, whatever changes and in which order."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from discovery.connectors.base import EVERYWHERE, Observation
from discovery.connectors.kubernetes.access import Access
from discovery.connectors.kubernetes.config import Config
from discovery.connectors.kubernetes.cut import cutter
from discovery.connectors.kubernetes.events import Happened, Listed
from discovery.connectors.kubernetes.kinds import KINDS, Kind
from discovery.connectors.kubernetes.known import Known

HERE = ("bank", "cards", "edge", "istio-system")
NAMES = ("one", "two")
Draw = random.Random
CONFIG = Config(Access("127.0.0.1", 443, "", "cluster"), "prod", ())


def host(draw: Draw) -> str:
    name, at = draw.choice(NAMES), draw.choice(HERE)
    return draw.choice(
        [name, f"{name}.{at}.svc.cluster.local", "pay.bank.example", f"*.{at}.svc.cluster.local", "*.local"]
    )


def service(draw: Draw) -> dict[str, Any]:
    selector = {"app": draw.choice([*NAMES, "gateway"])}
    return {
        "type": draw.choice(["ClusterIP", "LoadBalancer"]),
        "selector": draw.choice([selector, {"gateway.networking.k8s.io/gateway-name": draw.choice(NAMES)}, selector]),
        "ports": [{"port": 80, "name": "http"}],
    }


def deployment(draw: Draw) -> dict[str, Any]:
    labels = {"app": draw.choice([*NAMES, "gateway"]), "tier": draw.choice("ab")}
    if draw.random() < 0.5:
        labels["security.istio.io/tlsMode"] = "istio"
    containers = [{"name": "main", "image": "main:1"}]
    if draw.random() < 0.5:
        containers.append({"name": "istio-proxy", "image": "proxy:1"})
    template = {"metadata": {"labels": labels}, "spec": {"containers": containers, "hostNetwork": draw.random() < 0.2}}
    return {"replicas": draw.randrange(3), "selector": {"matchLabels": {"app": labels["app"]}}, "template": template}


def ingress(draw: Draw) -> dict[str, Any]:
    backend = {"service": {"name": draw.choice(NAMES), "port": {"number": 80}}}
    return {"rules": [{"host": "i.bank.example", "http": {"paths": [{"path": "/", "backend": backend}]}}]}


def gateway(draw: Draw) -> dict[str, Any]:
    origin = draw.choice(["All", "Same", "Selector"])
    allowed = {"namespaces": {"from": origin, "selector": {"matchLabels": {"open": "yes"}}}}
    listener = {"name": "http", "port": 80, "protocol": "HTTP", "allowedRoutes": allowed}
    if draw.random() < 0.5:
        tls = {"mode": "Terminate", "certificateRefs": [{"name": "a", "namespace": draw.choice(HERE)}]}
        listener |= {"port": 443, "protocol": "HTTPS", "tls": tls}
    addresses = (
        [{"type": "Hostname", "value": f"one.{draw.choice(HERE)}.svc.cluster.local"}] if draw.random() < 0.3 else []
    )
    return {"gatewayClassName": draw.choice(["istio", "other"]), "listeners": [listener], "addresses": addresses}


def route(draw: Draw) -> dict[str, Any]:
    parent = {"name": draw.choice(NAMES), "namespace": draw.choice(HERE)}
    if draw.random() < 0.2:
        parent |= {"kind": "Service", "group": ""}
    backend = {"name": draw.choice(NAMES), "namespace": draw.choice(HERE), "port": 80}
    return {"parentRefs": [parent], "hostnames": ["r.bank.example"], "rules": [{"backendRefs": [backend]}]}


def grant(draw: Draw) -> dict[str, Any]:
    kind, to = draw.choice([("HTTPRoute", "Service"), ("Gateway", "Secret")])
    origin = {"group": "gateway.networking.k8s.io", "kind": kind, "namespace": draw.choice(HERE)}
    return {"from": [origin], "to": [{"group": "", "kind": to}]}


def istio_gateway(draw: Draw) -> dict[str, Any]:
    tls = {"mode": draw.choice(["SIMPLE", "MUTUAL"])}
    server = {"hosts": ["*.bank.example"], "port": {"number": 443, "protocol": "HTTPS"}, "tls": tls}
    return {"selector": draw.choice([{"app": "gateway"}, {"tier": "a"}, {}]), "servers": [server]}


def virtual_service(draw: Draw) -> dict[str, Any]:
    gateways = [f"{draw.choice(HERE)}/{draw.choice(NAMES)}", draw.choice(["mesh", draw.choice(NAMES)])]
    rule: dict[str, Any] = {"route": [{"destination": {"host": host(draw)}}], "timeout": f"{draw.randrange(1, 5)}s"}
    if draw.random() < 0.15:
        rule = {"delegate": {"name": draw.choice(NAMES), "namespace": draw.choice(HERE)}}
    names = ["pay.bank.example", host(draw)] if draw.random() < 0.85 else []
    return {"hosts": names, "gateways": draw.choice([gateways, []]), "http": [rule]}


def service_entry(draw: Draw) -> dict[str, Any]:
    ports = [{"number": 443, "name": "https", "protocol": "HTTPS"}]
    entry: dict[str, Any] = {"hosts": [draw.choice(["pay.bank.example", "saas.example"])], "ports": ports}
    if draw.random() < 0.4:
        entry["workloadSelector"] = {"labels": {"app": draw.choice(NAMES)}}
    return entry | {"location": draw.choice(["MESH_EXTERNAL", "MESH_INTERNAL"]), "resolution": "DNS"}


def workload_entry(draw: Draw) -> dict[str, Any]:
    return {"address": "10.0.0.1", "labels": {"app": draw.choice([*NAMES, "gateway"])}}


def selector(draw: Draw) -> dict[str, Any]:
    wanted = draw.choice([{}, {"app": draw.choice([*NAMES, "gateway"])}])
    return {"selector": {"matchLabels": wanted}} if wanted else {}


def destination_rule(draw: Draw) -> dict[str, Any]:
    policy = {"connectionPool": {"tcp": {"maxConnections": draw.randrange(9)}}, "tls": {"mode": "DISABLE"}}
    return {"host": host(draw), "trafficPolicy": policy, "exportTo": draw.choice([["*"], ["."]])}


def peer_authentication(draw: Draw) -> dict[str, Any]:
    return selector(draw) | {"mtls": {"mode": draw.choice(["STRICT", "PERMISSIVE", "DISABLE"])}}


def request_authentication(draw: Draw) -> dict[str, Any]:
    return selector(draw) | {"jwtRules": [{"issuer": draw.choice("ab")}]}


def authorization_policy(draw: Draw) -> dict[str, Any]:
    target = {"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": draw.choice(NAMES)}
    where = {"targetRefs": [target]} if draw.random() < 0.3 else selector(draw)
    rules = draw.choice([[], [{}], [{"from": [{"source": {"requestPrincipals": ["*"]}}]}]])
    return where | {"action": draw.choice(["ALLOW", "DENY"]), "rules": rules}


def sidecar(draw: Draw) -> dict[str, Any]:
    return {"egress": [{"hosts": [draw.choice(["./*", "*/*"])]}]}


SPECS: dict[str, Callable[[Draw], dict[str, Any]]] = {
    "services": service,
    "deployments": deployment,
    "ingresses.networking.k8s.io": ingress,
    "gateways.gateway.networking.k8s.io": gateway,
    "httproutes.gateway.networking.k8s.io": route,
    "grpcroutes.gateway.networking.k8s.io": route,
    "referencegrants.gateway.networking.k8s.io": grant,
    "gateways.networking.istio.io": istio_gateway,
    "virtualservices.networking.istio.io": virtual_service,
    "serviceentries.networking.istio.io": service_entry,
    "workloadentries.networking.istio.io": workload_entry,
    "destinationrules.networking.istio.io": destination_rule,
    "sidecars.networking.istio.io": sidecar,
    "peerauthentications.security.istio.io": peer_authentication,
    "requestauthentications.security.istio.io": request_authentication,
    "authorizationpolicies.security.istio.io": authorization_policy,
}
CHANGING = [
    kind for kind in KINDS if kind.spoken in SPECS or kind.resource in ("deployments", "namespaces", "endpointslices")
]


def drawn(draw: Draw, kind: Kind, namespace: str, name: str) -> Any:
    """An object of the kind as it is kept."""
    metadata: dict[str, Any] = {"name": name, "namespace": namespace, "labels": {"app": name}}
    manifest: dict[str, Any] = {"metadata": metadata}
    if kind.resource == "namespaces":
        metadata["labels"] = draw.choice([{"open": "yes"}, {"istio-injection": "enabled"}, {}])
    elif kind.resource == "endpointslices":
        metadata["labels"] = {"kubernetes.io/service-name": draw.choice(NAMES)}
        manifest |= {"addressType": "IPv4", "endpoints": [{"conditions": {"ready": draw.random() < 0.5}}]}
    else:
        manifest["spec"] = SPECS.get(kind.spoken, deployment)(draw)
        if kind.resource == "deployments":
            manifest["status"] = {"observedGeneration": 1, "replicas": 2, "readyReplicas": draw.randrange(3)}
    return cutter(kind, "v1")(kind.one.decode(msgspec.json.encode(manifest)))


def listen(known: Known, rows: dict[str, Observation]) -> None:
    """The rows are as what is told says."""
    for scopes, observations in filter(None, known.news()):
        whole = {(scope.kind, scope.namespace) for scope in scopes}
        before = dict(rows)
        for key in [key for key, one in rows.items() if (one.kind, one.namespace) in whole]:
            del rows[key]
        rows.update({one.key: _as_told(one, before.get(one.key, one)) for one in observations})


def _as_told(one: Observation, told: Observation) -> Observation:
    """What is not known stays as it was told."""
    parts = ("workloads", "exposure", "posture")
    return replace(one, **{part: getattr(told, part) for part in parts if getattr(one, part) is None})


@pytest.mark.parametrize("named", [(), ("bank", "cards", "edge")], ids=["everywhere", "named"])
@pytest.mark.parametrize("seed", range(2))
def test_what_is_told_adds_up_to_what_is_there(seed: int, named: tuple[str, ...]):
    draw, config = random.Random(seed), replace(CONFIG, namespaces=named)
    known, rows, objects = Known(config), {}, {}
    known.everything()
    levels: Counter[str] = Counter()
    for step in range(120):
        for _ in range(draw.choice([1, 1, 3])):
            kind = draw.choice(CHANGING)
            name = draw.choice(NAMES) if kind.is_namespaced else draw.choice(HERE)
            at = draw.choice(named or HERE) if kind.is_namespaced else ""
            if named and not kind.is_namespaced:
                continue
            found = drawn(draw, kind, at, name) if draw.random() < 0.8 else None
            objects[kind, at, name] = found
            if draw.random() < 0.9:
                known.happen(kind, Happened(at, name, found))
            else:
                scope = at if named else EVERYWHERE
                there = {key for key, one in objects.items() if key[0] is kind and one is not None}
                here = {key[1:]: objects[key] for key in there if scope in (EVERYWHERE, key[1])}
                known.renew(kind, scope, Listed(here, ()))
        listen(known, rows)
        # A list is in the order of names.
        fresh = Known(config)
        for (kind, at, name), found in sorted(objects.items(), key=lambda one: one[0][1:]):
            if found is not None:
                fresh.happen(kind, Happened(at, name, found))
        _scopes, there = fresh.everything()
        assert rows.keys() == {one.key for one in there}, (seed, step)
        assert [_as_told(one, rows[one.key]) for one in there] == [rows[one.key] for one in there], (seed, step)
        levels.update(f"{one.exposure and one.exposure.level}" for one in there)
    # Something was at stake.
    assert levels["internet"] > 50 < levels["inside"]
