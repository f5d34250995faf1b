"""Objects that no cluster should have: what is said of them stays bounded, and nothing breaks."""

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from django.conf import settings

from discovery.connectors.base import Posture
from tests.discovery.mesh.test_properties import is_fit
from tests.discovery.mesh.world import kind_of, manifest, observed, world

MANIFESTS = (settings.BASE_DIR / os.environ.get("PORTICO_CORPUS", "../shared/corpus")).resolve() / "k8s-istio"
ODD: tuple[Any, ...] = (None, True, -1, 2**40, 1.5, "", "x" * 5000, [], ["a", 7, None, {}], {}, {"": {}}, [[]], [{}])
LONG = "n" * 20_000


def posture(objects: dict[str, Any], **case: Any) -> Posture:
    found = observed(world({**case, "objects": objects}))["shop/orders"]
    assert is_fit(found)
    assert found.posture is not None
    return found.posture


@pytest.mark.parametrize("field", ["from", "to", "when"])
@pytest.mark.parametrize("odd", ODD, ids=lambda one: repr(one)[:12])
def test_a_rule_with_anything_in_it_is_read(field: str, odd: Any):
    inside = {"from": {"source": odd}, "to": {"operation": odd}, "when": {"key": odd, "values": odd, "notValues": odd}}
    fields = {"from": ("source", "principals"), "to": ("operation", "hosts"), "when": ("key", "values")}[field]
    for content in (odd, [odd], [inside[field]], [{fields[0]: {fields[1]: odd, "notX": odd, "x": odd}}]):
        for action in ("ALLOW", "DENY", "CUSTOM"):
            policy = {"action": action, "rules": [{field: content}]}
            posture({"AuthorizationPolicy shop/odd": policy}, service={"type": "LoadBalancer"})


@pytest.mark.parametrize("odd", ODD, ids=lambda one: repr(one)[:12])
def test_a_traffic_policy_with_anything_in_it_is_read(odd: Any):
    names = ("connectionPool", "outlierDetection", "portLevelSettings", "tls", "retryBudget")
    policies: list[Any] = [{name: odd} for name in names]
    policies += [{"connectionPool": {"tcp": odd, "http": odd}}, {"portLevelSettings": [{"port": odd, "tls": odd}]}]
    policies += [{"outlierDetection": {"consecutive5xxErrors": odd, "maxEjectionPercent": odd}}, {"tls": {"mode": odd}}]
    policies += [{"connectionPool": {"tcp": {"maxConnections": odd, "connectTimeout": odd}}}]
    policies += [{"retryBudget": {"percent": odd}}]
    for policy in policies:
        subsets = [{"name": odd, "trafficPolicy": policy}, {"name": "v1", "trafficPolicy": odd}]
        posture({"DestinationRule shop/odd": {"host": "orders", "trafficPolicy": policy, "subsets": subsets}})


@pytest.mark.parametrize("odd", [one for one in ODD if isinstance(one, dict)], ids=repr)
def test_a_route_with_anything_in_it_is_read(odd: dict[str, Any]):
    route = {"retries": odd, "fault": odd, "mirrorPercentage": odd, "mirrors": [odd], "mirror": odd, "route": [odd]}
    for value in ODD:
        fault = {"delay": value, "abort": {"httpStatus": value, "percentage": value, "grpcStatus": value}}
        changed = {**route, "fault": fault, "retries": {"attempts": value, "retryOn": value}}
        posture({"VirtualService shop/odd": {"hosts": ["orders", "", "*", "..", "*."], "http": [route, changed]}})


def test_a_sidecar_with_anything_in_it_is_read():
    for odd in (one for one in ODD if isinstance(one, dict)):
        posture({"Sidecar shop/odd": {"egress": [odd, {"hosts": [7, None, "./*"]}, {"hosts": odd}]}})


def test_ports_of_a_policy_may_be_anything():
    ports = {port: {"mode": "STRICT"} for port in ("", "-1", "http", "99999999999", "٣", "80.0", "8080")}
    found = posture(
        {"PeerAuthentication shop/a": {"selector": {"matchLabels": {"app": "orders"}}, "portLevelMtls": ports}}
    )
    assert found.mtls == "strict"


def test_thousands_of_rules_and_sources_are_bounded():
    sources = [{"source": {"principals": ["p" * 200, "cluster.local/*"]}} for _ in range(200)]
    rules = [{"from": sources, "to": [{"operation": {"paths": ["/a" * 200] * 5}}] * 20}] * 60
    facts = posture({f"AuthorizationPolicy shop/p{number}": {"rules": rules} for number in range(2)}).facts
    assert sum(len(fact.text) for fact in facts) < 20_000


def test_thousands_of_policies_are_bounded():
    objects: dict[str, Any] = {}
    for number in range(500):
        objects[f"AuthorizationPolicy shop/a{number}"] = {"rules": [{}]}
        objects[f"RequestAuthentication shop/r{number}"] = {"jwtRules": [{"issuer": f"i{number}"}]}
        objects[f"PeerAuthentication shop/p{number}"] = {"mtls": {"mode": "STRICT"}}
        objects[f"VirtualService shop/v{number}"] = {"hosts": ["orders"], "http": [{"timeout": "1s"}]}
    assert len(posture(objects).facts) <= 60


def test_huge_selectors_and_labels_are_compared():
    labels = {f"key{number}": "v" for number in range(5000)}
    found = posture(
        {"PeerAuthentication shop/huge": {"selector": {"matchLabels": labels}, "mtls": {"mode": "STRICT"}}},
        pods=[{"labels": {f"key{number}": "v" for number in range(4000)}}],
    )
    assert found.mtls == "permissive"


def test_long_names_in_rules_are_cut():
    rules = [{"from": [{"source": {LONG: [LONG]}}], "when": [{"key": LONG, "values": [LONG]}]}]
    facts = posture({"AuthorizationPolicy shop/long": {"rules": rules}}).facts
    assert all(len(fact.text) < 1000 for fact in facts)


def test_warnings_survive_when_there_is_too_much_to_say():
    routes = [
        {
            "name": f"r{number}",
            "timeout": "1s",
            "retries": {"attempts": 1},
            "route": [{"destination": {"host": "orders"}}],
        }
        for number in range(10)
    ]
    objects: dict[str, Any] = {"PeerAuthentication shop/default": {"mtls": {"mode": "STRICT"}}}
    for number in range(9):
        hosts = ["orders.shop.svc.cluster.local"]
        objects[f"VirtualService n{number}/v"] = {"hosts": hosts, "exportTo": ["."], "http": routes}
    objects["DestinationRule shop/d"] = {"host": "orders", "trafficPolicy": {"tls": {"mode": "DISABLE"}}}
    facts = posture(objects).facts
    assert len(facts) == 60
    assert [fact.severity for fact in facts].count("warning") == 1


@pytest.mark.corpus
@pytest.mark.skipif(not MANIFESTS.is_dir(), reason="corpus not there, its manifests not evaluated")
def test_the_manifests_of_the_corpus_are_evaluated():
    objects = [manifest("Namespace default", {"metadata": {"labels": {"istio-injection": "enabled"}}})]
    for path in sorted(MANIFESTS.glob("*.yaml")):
        objects += [one for one in documents(path) if is_read(one)]
    found = observed(objects)
    assert len(found) >= 15
    assert all(is_fit(one) for one in found.values())
    assert {one.posture.mesh for one in found.values() if one.posture and one.kind == "Service"} >= {"sidecar"}


def documents(path: Path) -> list[dict[str, Any]]:
    try:
        found = list(yaml.safe_load_all(path.read_text("utf-8")))
    except yaml.YAMLError:
        return []
    for one in found:
        if isinstance(one, dict) and isinstance(one.get("metadata"), dict):
            one["metadata"].setdefault("namespace", "default")
    return [one for one in found if isinstance(one, dict) and "apiVersion" in one and "metadata" in one]


def is_read(one: dict[str, Any]) -> bool:
    """Of a kind that is read, in the shape that a cluster would have taken."""
    try:
        kind = kind_of(one)
        kind.one.decode(msgspec.json.encode(one))
    except (StopIteration, msgspec.ValidationError):
        return False
    return True
