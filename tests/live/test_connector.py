"""The connector on a cluster: rights, lists, watches and posture, in a namespace of its own."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from discovery.connectors.base import Complete, Observation, Problem, Refused, Seen, Surroundings
from discovery.connectors.kubernetes.connector import Kubernetes
from discovery.connectors.watches import Changed, Watching
from tests.live.administrator import PATIENCE_SECONDS, wait_until
from tests.live.conftest import Place


def surroundings(place: Place) -> Surroundings:
    return Surroundings("test", "staging", place.configuration(), time.monotonic() + PATIENCE_SECONDS)


def observe(place: Place) -> list[Seen]:
    return list(Kubernetes().observe(surroundings(place)))


def observed(place: Place) -> dict[str, Observation]:
    return {one.name: one for one in observe(place) if isinstance(one, Observation)}


def grant(place: Place, *, without: tuple[str, ...] = ()) -> None:
    """What «test connection» says to apply, as it is or without some resources."""
    with pytest.raises(Refused) as caught:
        Kubernetes().check(surroundings(place))
    _, _, text = caught.value.hint.partition(":\n")
    for document in yaml.safe_load_all(text):
        for rule in document.get("rules", ()):
            rule["resources"] = [one for one in rule["resources"] if one not in without]
        rules = {"rules": [rule for rule in document["rules"] if rule["resources"]]} if "rules" in document else {}
        place.cluster.apply(document | rules)
    # A real cluster's authorizer hears of a new role a moment later.
    wait_until(lambda: _may_list(place))


def _may_list(place: Place) -> bool:
    try:
        Kubernetes().check(surroundings(place))
    except Refused:
        return False
    return True


def add_deployment(place: Place, name: str, image: str, **pod_labels: str) -> None:
    labels = {"app": name}
    containers = [{"name": name, "image": image, "args": ["planted-argument"]}]
    template = {"metadata": {"labels": labels | pod_labels}, "spec": {"containers": containers}}
    spec = {"replicas": 0, "selector": {"matchLabels": labels}, "template": template}
    place.apply("apps/v1", "Deployment", name, spec=spec)


def test_the_manifest_that_it_names_gives_exactly_what_it_needs(place: Place):
    place.add_service("payments")
    grant(place)
    sentences = Kubernetes().check(surroundings(place)).sentences
    assert f"as system:serviceaccount:{place.namespace}:{place.account}." in sentences[0]
    assert sentences[-1] == "The identity may list and watch all of them, and needs no other right."
    reader = type(place.cluster)(place.cluster.kubeconfig(place.token))
    for forbidden in (f"/api/v1/namespaces/{place.namespace}/secrets", "/api/v1/services", "/api/v1/namespaces"):
        assert reader.get(forbidden).status == 403


def test_it_lists_what_runs_with_what_is_behind_and_in_front(place: Place):
    grant(place)
    place.add_service("payments")
    add_deployment(place, "payments", "registry.bank.example/payments:1.2.3")
    backend = {"service": {"name": "payments", "port": {"number": 80}}}
    rules = [{"host": "pay.bank.example", "http": {"paths": [_path("/pay", backend)]}}]
    place.apply("networking.k8s.io/v1", "Ingress", "payments", spec={"rules": rules})
    seen = observe(place)
    (payments,) = [one for one in seen if isinstance(one, Observation) and one.name == "payments"]
    assert payments.uid
    assert [(one.kind, one.version, one.replicas) for one in payments.workloads or ()] == [("Deployment", "1.2.3", 0)]
    assert payments.exposure is not None
    assert payments.exposure.level == "internet"
    assert ("pay.bank.example", "/pay") in {(one.host, one.path) for one in payments.exposure.endpoints}
    assert "Service" in {one.kind for one in seen if isinstance(one, Complete) and one.namespace == place.namespace}
    assert "planted" not in repr(seen)


def _path(path: str, backend: dict[str, Any]) -> dict[str, Any]:
    return {"path": path, "pathType": "Prefix", "backend": backend}


def test_it_knows_the_rest_when_a_kind_is_forbidden(place: Place):
    place.add_service("payments")
    grant(place, without=("ingresses",))
    seen = observe(place)
    assert [one.code for one in seen if isinstance(one, Problem)] == ["forbidden"]
    (payments,) = [one for one in seen if isinstance(one, Observation)]
    assert payments.exposure is None
    assert "Service" in {one.kind for one in seen if isinstance(one, Complete)}


def test_it_reads_every_page(place: Place, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("discovery.connectors.kubernetes.lists.PAGE_SIZE", 2)
    grant(place)
    names = {f"service-{number}" for number in range(5)}
    for name in sorted(names):
        place.add_service(name)
    assert observed(place).keys() == names


def test_a_watch_tells_what_comes_changes_and_goes(place: Place):
    grant(place)
    place.add_service("payments")
    watch = Kubernetes().watch(surroundings(place))
    try:
        assert _names(_next(watch)) == {"payments"}
        place.add_service("ledger")
        assert "ledger" in _names(_until(watch, lambda news: "ledger" in _names(news)))
        place.apply("v1", "Service", "ledger", spec={"ports": [{"name": "http", "port": 81}]})
        _until(watch, lambda news: 81 in {port.number for one in news.observations for port in one.ports})
        place.delete("v1", "Service", "ledger")
        _until(watch, lambda news: any(one.kind == "Service" for one in news.scopes) and "ledger" not in _names(news))
    finally:
        watch.close()  # type: ignore[attr-defined]


def _next(watch: Iterator[Changed | Watching]) -> Changed:
    return next(told for told in watch if isinstance(told, Changed))


def _until(watch: Iterator[Changed | Watching], is_so: Any) -> Changed:
    """The watch gives a sign of life each second, so this ends."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    for told in watch:
        if isinstance(told, Changed) and is_so(told):
            return told
        assert time.monotonic() < deadline, "it was not told in time"
    raise AssertionError("the watch has ended")


def _names(news: Changed) -> set[str]:
    return {one.name for one in news.observations}


def test_the_mesh_says_how_a_service_is_protected(place: Place):
    if not place.cluster.serves("security.istio.io/v1"):
        pytest.skip("Istio is not installed in this cluster")
    grant(place)
    place.add_service("payments")
    add_deployment(place, "payments", "registry.bank.example/payments:1.2.3", **{"sidecar.istio.io/inject": "true"})
    place.apply("security.istio.io/v1", "PeerAuthentication", "default", spec={"mtls": {"mode": "STRICT"}})
    posture = observed(place)["payments"].posture
    assert posture is not None
    assert (posture.mesh, posture.mtls) == ("sidecar", "strict")
    assert any("PeerAuthentication" in fact.by for fact in posture.facts)
    # A policy of the mesh's own namespace could let somebody in, and that one may not be read.
    assert posture.callers == ""
