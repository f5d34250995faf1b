"""Which Sidecar limits what the pods of a Service know and may call.

Source: istio.io/latest/docs/reference/config/networking/sidecar: the one that selects the pods, else that of the
namespace, else that of the root namespace.
"""

from collections.abc import Iterator

from catalog.formats.shapes import mapping, texts
from discovery.connectors.base import PostureFact
from discovery.connectors.kubernetes.mesh.pods import Pods
from discovery.connectors.kubernetes.mesh.policies import Policies, Wanted
from discovery.connectors.kubernetes.mesh.words import listed, named
from discovery.connectors.kubernetes.mesh_items import SidecarItem

KIND = "Sidecar"
LISTENERS_AT_MOST = 100


def sidecar_labels(item: SidecarItem) -> Wanted:
    selector = item.spec.workload_selector if item.spec is not None else None
    return frozenset((selector.labels or {}).items()) if selector is not None else frozenset()


def sidecar_facts(policies: Policies[SidecarItem], namespace: str, pods: Pods) -> Iterator[PostureFact]:
    levels = (policies.selecting(namespace, pods), policies.general(namespace), policies.general(policies.root))
    item = next((level[0] for level in levels if level), None)
    if item is None or item.spec is None:
        return
    by = named(item, KIND)
    hosts = [host for one in (item.spec.egress or [])[:LISTENERS_AT_MOST] for host in texts(mapping(one).get("hosts"))]
    if hosts and "*/*" not in hosts:
        yield PostureFact("mesh", f"Its sidecar knows only the hosts {listed(dict.fromkeys(hosts))}.", by)
    outbound = item.spec.outbound_traffic_policy
    if outbound is not None and outbound.mode == "REGISTRY_ONLY":
        yield PostureFact("mesh", "Calls to hosts that its sidecar does not know are refused (REGISTRY_ONLY).", by)
