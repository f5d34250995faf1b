"""Whether pods are in the mesh, and how.

Sources: istio.io/latest/docs/setup/additional-setup/sidecar-injection (labels, annotations, their order, revisions),
istio.io/latest/docs/ambient/usage/add-workloads (data plane mode), istio.io/latest/docs/ops/common-problems/injection
(namespaces of the cluster itself, host network).
"""

from collections.abc import Mapping

from discovery.connectors.base import MeshState, PostureFact
from discovery.connectors.kubernetes.mesh.pods import Pods

INJECT, REVISION, MODE, INJECTION = (
    "sidecar.istio.io/inject",
    "istio.io/rev",
    "istio.io/dataplane-mode",
    "istio-injection",
)
#: What a pod may say of it.
LABELS = frozenset({INJECT, REVISION, MODE})
#: The injector leaves these alone, whatever their labels say.
NEVER_INJECTED = frozenset({"kube-system", "kube-public", "kube-node-lease", "local-path-storage"})

Membership = tuple[MeshState, PostureFact]


def membership(namespace: str, labels: Mapping[str, str] | None, pods: Pods) -> Membership:
    """The state of the pods with why; ``labels`` are those of the namespace, ``None`` when nobody knows them."""
    traits = pods.traits
    if traits.is_proxied:
        return "sidecar", _fact("In the mesh: its pods hold the proxy of Istio.", pods.name)
    if namespace in NEVER_INJECTED:
        return "outside", _fact("Outside the mesh: Istio never injects into this namespace.", f"Namespace {namespace}")
    if not traits.is_on_host_network:
        found = _injected(namespace, labels, pods)
        if found is not None:
            return found
    return _without_sidecar(namespace, labels, pods)


def _injected(namespace: str, labels: Mapping[str, str] | None, pods: Pods) -> Membership | None:
    """A «no» of namespace or pod counts before each «yes»; nothing without either, or when it is not known."""
    own, here = pods.by_key, labels or {}
    if own.get(INJECT, pods.traits.inject) == "false" or here.get(INJECTION) == "disabled":
        return None
    # The webhook is called for a label alone: an annotation that asks is only read once it is called.
    if own.get(INJECT) == "true":
        return "sidecar", _fact("In the mesh: its pods ask for a sidecar.", pods.name)
    revision = own.get(REVISION, "") or ("" if INJECTION in here else here.get(REVISION, ""))
    if here.get(INJECTION) == "enabled" and not own.get(REVISION):
        return "sidecar", _fact("In the mesh: the namespace injects a sidecar.", f"Namespace {namespace}")
    if revision:
        by = pods.name if own.get(REVISION) else f"Namespace {namespace}"
        return "sidecar", _fact(f"In the mesh: a sidecar of revision {revision[:63]} is injected.", by)
    return None


def _without_sidecar(namespace: str, labels: Mapping[str, str] | None, pods: Pods) -> Membership:
    """A pod that is not injected is captured by ztunnel when it or its namespace says so."""
    own = pods.by_key.get(MODE)
    mode = own if own is not None else (labels or {}).get(MODE, "")
    if pods.traits.is_on_host_network:
        return "outside", _fact("Outside the mesh: its pods use the network of their host.", pods.name)
    if mode == "ambient":
        text = "Ambient: what ztunnel and waypoints enforce is not evaluated."
        return "ambient", _fact(text, pods.name if own is not None else f"Namespace {namespace}")
    if labels is None and own is None:
        return "", _fact("Not known whether it is in the mesh: the labels of its namespace could not be read.", "")
    if pods.by_key.get(INJECT, pods.traits.inject) == "false":
        return "outside", _fact("Outside the mesh: its pods refuse a sidecar.", pods.name)
    if (labels or {}).get(INJECTION) == "disabled":
        return "outside", _fact("Outside the mesh: the namespace refuses sidecars.", f"Namespace {namespace}")
    return "outside", _fact("Outside the mesh: neither its namespace nor its pods ask for a sidecar.", "")


def _fact(text: str, by: str) -> PostureFact:
    return PostureFact("mesh", text, by)
