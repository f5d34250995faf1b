"""All routes and rules of a cluster by what they are about, so that few of them are looked at for few namespaces."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from discovery.connectors.kubernetes.kinds import SERVICE_ENTRIES, Kind
from discovery.connectors.kubernetes.leads import LEADING, Key, Lead, lead_of

#: What the index has to be told of.
INDEXED = (*LEADING, SERVICE_ENTRIES)


class LeadIndex:
    """Kept up to date with ``put``; every answer is at least as wide as what is so."""

    def __init__(self, objects: Iterable[tuple[Kind, str, str, Any]] = ()) -> None:
        self._leads: dict[Key, Lead] = {}
        self._to: dict[str, set[Key]] = defaultdict(set)
        self._to_host: dict[str, set[Key]] = defaultdict(set)
        self._through: dict[Key, set[Key]] = defaultdict(set)
        self._wide: set[Key] = set()
        self._entries: dict[tuple[str, str], tuple[str, ...]] = {}
        self._having: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for kind, namespace, name, item in objects:
            self.put(kind, namespace, name, item)

    def put(self, kind: Kind, namespace: str, name: str, item: Any | None) -> None:
        """The object is as it is now, nothing for one that is gone."""
        if kind is SERVICE_ENTRIES:
            self._put_entry((namespace, name), item)
            return
        key = (kind, namespace, name)
        before = self._leads.pop(key, None)
        if before is not None:
            for index, places in self._places(before):
                _discard(index, places, key)
            self._wide.discard(key)
        if item is None:
            return
        lead = self._leads[key] = lead_of(kind, item)
        for index, places in self._places(lead):
            for place in places:
                index[place].add(key)
        if lead.is_wide:
            self._wide.add(key)

    def leading(self, kind: Kind, namespaces: Collection[str]) -> Iterator[tuple[str, str]]:
        """Namespace and name of each object of the kind that may be about one of the namespaces, in order."""
        keys = {*self._wide, *(key for at in namespaces for key in self._to.get(at, ()))}
        hosts = {host for (at, _name), hosts in self._entries.items() if at in namespaces for host in hosts}
        keys.update(key for host in hosts for key in self._to_host.get(host, ()))
        yield from sorted((namespace, name) for found, namespace, name in keys if found is kind)

    def about(self, lead: Lead) -> set[str] | None:
        """The namespaces that a lead is about, ``None`` for all."""
        if lead.is_wide:
            return None
        return {*lead.namespaces, *(at for host in lead.hosts for at, _name in self._having.get(host, ()))}

    def behind(self, gateway: Key) -> set[str] | None:
        """The namespaces that something leads to through the gateway, ``None`` for all."""
        return self._about_all(self._through.get(gateway, ()))

    def out_of(self, namespace: str) -> set[str] | None:
        """The namespaces that the routes of a namespace lead to, ``None`` for all; they all lead to their own too."""
        return self._about_all(key for key in self._to.get(namespace, ()) if key[1] == namespace)

    def _about_all(self, keys: Iterable[Key]) -> set[str] | None:
        found: set[str] = set()
        for key in keys:
            about = self.about(self._leads[key])
            if about is None:
                return None
            found |= about
        return found

    def _places(self, lead: Lead) -> tuple[tuple[dict[Any, set[Key]], Iterable[Any]], ...]:
        return (self._to, lead.namespaces), (self._to_host, lead.hosts), (self._through, lead.gateways)

    def _put_entry(self, at: tuple[str, str], item: Any | None) -> None:
        _discard(self._having, self._entries.pop(at, ()), at)
        if item is not None and item.spec is not None:
            hosts = self._entries[at] = tuple(item.spec.hosts or ())
            for host in hosts:
                self._having[host].add(at)


def _discard(index: dict[Any, set[Any]], places: Iterable[Any], one: Any) -> None:
    for place in places:
        if place in index:
            index[place].discard(one)
            if not index[place]:
                del index[place]
