"""Which DestinationRules lead calls to a Service, and what they say of pools, outliers and TLS.

Sources: istio.io/latest/docs/reference/config/networking/destination-rule (subsets and ports replace what stands above
them) and istio.io/latest/docs/ops/best-practices/traffic-management (namespace of the client before that of the service
before the root namespace; of several for one host the first traffic policy and all subsets).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.formats.shapes import mapping, sequence, text
from discovery.connectors.base import PostureFact
from discovery.connectors.kubernetes.mesh.hosts import ByHost, is_for_all
from discovery.connectors.kubernetes.mesh.words import cut, named, number, sentence
from discovery.connectors.kubernetes.mesh_items import DestinationRuleItem

KIND = "DestinationRule"
SUBSETS_AT_MOST = 10
PORTS_AT_MOST = 20
CALLERS_AT_MOST = 5

#: For whom it counts, what it is called, the traffic policy.
Level = tuple[str, str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Led:
    """The rule for most callers, merged from all of one host, and those for some callers only."""

    main: tuple[DestinationRuleItem, ...] = ()
    elsewhere: tuple[DestinationRuleItem, ...] = ()

    def levels(self) -> Iterator[Level]:
        """Each traffic policy with the words before what it says: all, subsets, then the callers of a namespace."""
        for item in self.main:
            policy = mapping(item.spec.traffic_policy) if item.spec is not None else {}
            if policy:
                yield _only(item), named(item, KIND), policy
                break
        yield from self._subsets()
        for item in self.elsewhere[:CALLERS_AT_MOST]:
            policy = mapping(item.spec.traffic_policy) if item.spec is not None else {}
            yield f"Callers in {item.metadata.namespace}: ", named(item, KIND), policy

    def _subsets(self) -> Iterator[Level]:
        seen: set[str] = set()
        for item in self.main:
            for subset in sequence(item.spec.subsets if item.spec is not None else None):
                name, policy = text(mapping(subset).get("name")), mapping(mapping(subset).get("trafficPolicy"))
                if name and name not in seen and len(seen) < SUBSETS_AT_MOST:
                    seen.add(name)
                    if policy:
                        yield f"Subset {cut(name)}: ", named(item, KIND), policy


#: What no rule leads.
UNLED = Led()


@dataclass(slots=True)
class DestinationRules:
    """All DestinationRules that may lead to Services of some namespaces, or to all."""

    root: str
    by_host: ByHost[DestinationRuleItem]

    @classmethod
    def of_all(
        cls, items: Iterable[DestinationRuleItem], namespaces: Collection[str] | None, root: str
    ) -> "DestinationRules":
        by_host: ByHost[DestinationRuleItem] = ByHost(namespaces)
        for item in items:
            if item.spec is not None and item.spec.host:
                by_host.add(item, (item.spec.host,))
        return cls(root, by_host)

    def of(self, namespace: str, name: str) -> Led:
        best: dict[str, tuple[DestinationRuleItem, ...]] = {}
        special: list[DestinationRuleItem] = []
        for same_host in self.by_host.of(namespace, name):
            here: dict[str, list[DestinationRuleItem]] = {}
            for item in same_host:
                if item.spec.workload_selector is not None:
                    special.append(item)
                else:
                    here.setdefault(item.metadata.namespace, []).append(item)
            for at, items in here.items():
                best.setdefault(at, tuple(items))
        if not best and not special:
            return UNLED
        root = tuple(item for item in best.get(self.root, ()) if is_for_all(item) or namespace == self.root)
        main = best.get(namespace) or root
        others = [items[0] for at, items in sorted(best.items()) if at not in (namespace, self.root)]
        return Led(main, (*others, *special))


def _only(item: DestinationRuleItem) -> str:
    return "" if is_for_all(item) else f"Callers in {item.metadata.namespace}: "


def pool_facts(levels: Sequence[Level]) -> Iterator[PostureFact]:
    """Outlier detection and limits of connections, for all ports and for some."""
    for words, by, policy in levels:
        yield from _pool(words, by, policy)
        for setting in sequence(policy.get("portLevelSettings"))[:PORTS_AT_MOST]:
            port = number(mapping(mapping(setting).get("port")).get("number"))
            if port is not None:
                yield from _pool(f"{words}Port {port}: ", by, mapping(setting))


def _pool(words: str, by: str, policy: dict[str, Any]) -> Iterator[PostureFact]:
    outliers = _outliers(mapping(policy.get("outlierDetection"))) if "outlierDetection" in policy else ""
    if outliers:
        yield PostureFact("outliers", sentence(words, outliers), by)
    pool = mapping(policy.get("connectionPool"))
    tcp, http = mapping(pool.get("tcp")), mapping(pool.get("http"))
    limits = ", ".join(_counted((*_limits(tcp, _TCP), *_limits(http, _HTTP))))
    if limits:
        yield PostureFact("limits", sentence(words, f"at most {limits}"), by)
    times = ", ".join(_times(tcp, http))
    if times:
        yield PostureFact("timeout", sentence(words, times), by)
    if policy.get("retryBudget"):
        share = mapping(policy.get("retryBudget")).get("percent")
        said = f"{share:g} % of" if type(share) in (int, float) else "20 % of"
        yield PostureFact("retries", sentence(words, f"retries are limited to {said} the active requests"), by)


_TCP = {"maxConnections": "connections"}
_HTTP = {
    "http1MaxPendingRequests": "waiting requests",
    "http2MaxRequests": "active requests",
    "maxRequestsPerConnection": "requests a connection",
    "maxRetries": "retries at once",
    "maxConcurrentStreams": "streams a connection",
}


def _limits(pool: dict[str, Any], names: dict[str, str]) -> Iterator[tuple[int, str]]:
    for name, word in names.items():
        value = number(pool.get(name))
        if value:
            yield value, word


def _counted(found: Iterable[tuple[int, str]]) -> Iterator[str]:
    for value, word in found:
        yield f"{value:,} {word}"


def _times(tcp: dict[str, Any], http: dict[str, Any]) -> Iterator[str]:
    for pool, name, word in ((tcp, "connectTimeout", "connecting ends after"), (http, "idleTimeout", "idle for")):
        if text(pool.get(name)):
            yield f"{word} {cut(pool[name])}"


def _outliers(detection: dict[str, Any]) -> str:
    """The defaults are those of the reference: five errors, 30 seconds."""
    gateway, local = (number(detection.get(f"consecutive{one}")) for one in ("GatewayErrors", "LocalOriginFailures"))
    errors = number(detection.get("consecutive5xxErrors"))
    said = [f"{gateway} gateway errors"] if gateway else []
    said += [f"{5 if errors is None else errors} errors 5xx"] if errors != 0 else []
    said += [f"{local} failed connections"] if local else []
    if not said:
        return ""
    share = number(detection.get("maxEjectionPercent"))
    time = cut(detection.get("baseEjectionTime")) or "30s"
    return f"a pod is left out for {time} after {' or '.join(said)} in a row, at most {share or 10} % of them"
