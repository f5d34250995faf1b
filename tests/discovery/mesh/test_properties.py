"""What holds for every cluster, whatever its objects are."""

import random
from typing import Any

import pytest

from discovery.connectors.base import CALLERS, MESH_STATES, MTLS_MODES, Observation
from discovery.connectors.kubernetes.config import Config
from discovery.connectors.kubernetes.observing import Cluster
from discovery.connectors.kubernetes.store import Gaps
from tests.discovery.mesh.test_cases import CASES
from tests.discovery.mesh.world import manifest, observed, stored, workload, world

SEEDS = range(6)


def all_objects(seed: int) -> list[dict[str, Any]]:
    """The objects of many cases in one cluster, each name once, with a second service that nothing is about."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for _topic, case in random.Random(seed).sample(CASES, 60):
        if case.get("namespace", {}) is not None:
            for one in world(case):
                found[one["kind"], one["apiVersion"], one["metadata"].get("namespace", ""), one["metadata"]["name"]] = (
                    one
                )
    return [
        *found.values(),
        manifest("Namespace calm", {}),
        manifest("Service calm/still", {"selector": {"app": "still"}, "ports": [{"port": 80}]}),
        manifest("Deployment calm/still", workload({"app": "still"})),
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_objects_never_matters(seed: int):
    objects = all_objects(seed)
    shuffled = list(objects)
    random.Random(seed).shuffle(shuffled)
    assert observed(objects) == observed(shuffled)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_look_at_some_namespaces_says_what_a_look_at_all_says(seed: int):
    store = stored(all_objects(seed))
    whole = {one.key: one for one in Cluster(config(), store, Gaps()).observations("c")}
    for namespace in ("shop", "calm"):
        part = Cluster(config(), store, Gaps(), frozenset((namespace,))).observations("c")
        assert {one.key: one for one in part} == {key: one for key, one in whole.items() if one.namespace == namespace}


@pytest.mark.parametrize("seed", SEEDS)
def test_one_policy_more_never_breaks_anything(seed: int):
    """Objects are added one by one, and every posture on the way is one that can be stored."""
    objects = all_objects(seed)
    kept = [one for one in objects if one["kind"] in ("Namespace", "Service", "Deployment")]
    for one in objects:
        if one not in kept:
            kept.append(one)
    for end in range(len(kept) - 25, len(kept) + 1):
        for found in observed(kept[:end]).values():
            assert is_fit(found)


@pytest.mark.parametrize("action", ["ALLOW", "DENY", "CUSTOM", "AUDIT"])
def test_a_policy_without_rules_never_opens_what_was_closed(action: str):
    for _topic, case in CASES:
        if case.get("namespace", {}) is None or case.get("pods") == []:
            continue
        before = observed(world(case), case.get("unread"), case.get("named"))["shop/orders"].posture
        added = manifest("AuthorizationPolicy shop/zz", {"action": action})
        after = observed([*world(case), added], case.get("unread"), case.get("named"))["shop/orders"].posture
        assert before is not None
        assert after is not None
        order = ("nobody", "limited", "anyone")
        if "" not in (before.callers, after.callers):
            assert order.index(after.callers) <= order.index(before.callers)
        if action != "ALLOW":
            assert after.callers == before.callers
        assert not (before.is_open is False and after.is_open)


def config() -> Config:
    return Config(None, "c", ())  # type: ignore[arg-type]


def is_fit(found: Observation) -> bool:
    posture = found.posture
    if posture is None:
        return False
    words = posture.mesh in MESH_STATES and posture.mtls in MTLS_MODES and posture.callers in CALLERS
    return words and len(posture.facts) <= 60 and all(fact.text and len(fact.text) < 2000 for fact in posture.facts)
