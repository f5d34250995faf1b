"""What a watch knows of a cluster, and which of it is news to whoever listens."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

import msgspec

from discovery.connectors.base import EVERYWHERE, Complete, Observation
from discovery.connectors.kubernetes.affected import Affected
from discovery.connectors.kubernetes.config import Config
from discovery.connectors.kubernetes.events import Happened, Listed, Unfit
from discovery.connectors.kubernetes.kinds import ACROSS_NAMESPACES, NAMESPACES, SERVICES, Kind
from discovery.connectors.kubernetes.lists import OBJECTS_AT_MOST, too_many
from discovery.connectors.kubernetes.observing import NEEDED, Cluster
from discovery.connectors.kubernetes.store import Gaps, Store

#: So many are looked at between two signs of life, and told together.
SERVICES_AT_ONCE = 1_000
NEEDED_KINDS = frozenset(kind for _name, kinds in NEEDED for kind in kinds)
_encoder = msgspec.msgpack.Encoder(enc_hook=dict)

#: Numbers that differ where what they stand for differs.
Parts = tuple[int | None, ...]
News = tuple[tuple[Complete, ...], tuple[Observation, ...]]


class Known:
    """The objects of a cluster as its streams tell them; ``affected`` is whom changes since the last news concern."""

    def __init__(self, config: Config) -> None:
        self.affected = Affected(config.root_namespace)
        self._config = config
        self._store, self._gaps = Store(), Gaps()
        self._missed: set[tuple[Kind, str]] = set()
        self._unfit: dict[tuple[Kind, str], dict[str, str]] = defaultdict(dict)
        # What was last told, by kind and namespace, and by the key of each observation.
        self._told: dict[tuple[str, str], dict[str, Parts]] = {}

    def miss(self, kind: Kind, scope: str) -> None:
        """Nothing may be concluded any more from what is not known of the kind there."""
        self._missed.add((kind, scope))
        self._settle(kind, scope)

    def close(self, kind: Kind, scope: str) -> None:
        """The kind is known there again."""
        if (kind, scope) in self._missed:
            self._missed.discard((kind, scope))
            self._settle(kind, scope)
            self._affect_scope(kind, scope)

    def is_missed(self, kind: Kind, scope: str) -> bool:
        return (kind, scope) in self._missed

    def unfit(self) -> list[tuple[Kind, str, str]]:
        """The kind, the namespace and the reason of every object that cannot be read."""
        return [(kind, at, why) for (kind, at), found in self._unfit.items() for why in found.values()]

    def renew(self, kind: Kind, scope: str, listed: Listed) -> None:
        """This is all there is; what differs from what was known is affected."""
        before = self._store.named(kind, scope)
        keys = [key for key in before.keys() | listed.found.keys() if before.get(key) != listed.found.get(key)]
        for key in keys:
            self.affected.by(self._store, kind, *key, before.get(key), None)
        self._store.replace(kind, scope, listed.found)
        for key in keys:
            self.affected.by(self._store, kind, *key, None, listed.found.get(key))
        for key in [key for key in self._unfit if key[0] is kind and scope in (EVERYWHERE, key[1])]:
            self._fit(kind, key[1])
        for one in listed.unfit:
            self._note(kind, one)
        self._bound(kind)

    def happen(self, kind: Kind, event: Happened) -> None:
        """An object is as it is now; raises Misconfigured when it is one too many."""
        at, name, now = event.namespace, event.name, event.found
        if name in self._unfit.get((kind, at), ()):
            self._fit(kind, at, name)
        was = self._store.get(kind, at, name)
        if was != now:
            self.affected.by(self._store, kind, at, name, was, now)
            if now is not None:
                self._store.put(kind, at, name, now)
            else:
                self._store.drop(kind, at, name)
            self.affected.by(self._store, kind, at, name, was, now)
        if event.unfit is not None:
            self._note(kind, event.unfit)
        if was is None and (now is not None or event.unfit is not None):
            self._bound(kind)

    def _bound(self, kind: Kind) -> None:
        """Raises Misconfigured when there is more of the kind than is kept, however it came to be known."""
        unfit = sum(len(found) for (one, _at), found in self._unfit.items() if one is kind)
        if self._store.count(kind) + unfit > OBJECTS_AT_MOST:
            raise too_many(kind)

    def remove(self, kind: Kind, scope: str) -> None:
        """There is no such kind any more."""
        if kind not in self._store.absent:
            self._store.absent.add(kind)
            self.affected.add(None)
        self.renew(kind, scope, Listed({}, ()))
        self.close(kind, scope)

    def install(self, kind: Kind) -> None:
        """There is such a kind."""
        if kind in self._store.absent:
            self._store.absent.discard(kind)
            self.affected.add(None)

    def everything(self) -> News:
        """All that is known, with every scope that is known to its end."""
        self.affected = Affected(self._config.root_namespace)
        observed = self._observed(None)
        scopes = self._whole_scopes({at for _kind, at in observed})
        whole = {(scope.kind, scope.namespace) for scope in scopes}
        told = {at: found for at, found in observed.items() if whole & {at, (at[0], EVERYWHERE)}}
        self._told = {at: {one.key: _parts(one) for one in found} for at, found in told.items()}
        return scopes, tuple(one for found in told.values() for one in found)

    def news(self) -> Iterator[News | None]:
        """What is new in the affected namespaces, each kind of each of them whole.

        In parts, each of them short, and ``None`` for one without news.
        """
        affected, self.affected = self.affected, Affected(self._config.root_namespace)
        namespaces = affected.namespaces
        if affected.is_all:
            namespaces = {*namespaces, *(at for _kind, at in self._told), *self._store.namespaces(NEEDED_KINDS)}
        for part in self._parts_of(namespaces):
            yield self._news_in(part)

    def _parts_of(self, namespaces: set[str]) -> Iterator[frozenset[str]]:
        part: list[str] = []
        size = 0
        for namespace in sorted(namespaces):
            part.append(namespace)
            size += self._store.count(SERVICES, namespace)
            if size >= SERVICES_AT_ONCE:
                yield frozenset(part)
                part, size = [], 0
        if part:
            yield frozenset(part)

    def _news_in(self, namespaces: frozenset[str]) -> News | None:
        observed = self._observed(namespaces)
        scopes: list[Complete] = []
        told: list[Observation] = []
        for namespace in sorted(namespaces):
            for name, kinds in NEEDED:
                found = observed.get((name, namespace), [])
                is_whole = all(self._is_whole(kind, namespace) for kind in kinds)
                if is_whole and self._is_new((name, namespace), found):
                    scopes.append(Complete(name, namespace))
                    told += found
        return (tuple(scopes), tuple(told)) if scopes else None

    def _is_whole(self, kind: Kind, namespace: str) -> bool:
        is_asked_for = not self._config.namespaces or namespace in self._config.namespaces
        return is_asked_for and self._gaps.is_read(kind, namespace)

    def _is_new(self, at: tuple[str, str], found: list[Observation]) -> bool:
        """Whether it is not what was last told; what could not be read is not news."""
        before = self._told.get(at, {})
        now: dict[str, Parts] = {}
        is_new = len(found) != len(before)
        for one in found:
            was = before.get(one.key)
            parts = _parts(one)
            if was is not None:
                parts = tuple(old if new is None else new for old, new in zip(was, parts, strict=True))
            is_new = is_new or parts != was
            now[one.key] = parts
        if now:
            self._told[at] = now
        else:
            self._told.pop(at, None)
        return is_new

    def _observed(self, namespaces: frozenset[str] | None) -> dict[tuple[str, str], list[Observation]]:
        """The observations by their kind and namespace."""
        cluster = Cluster(self._config, self._store, self._gaps, namespaces)
        found: dict[tuple[str, str], list[Observation]] = defaultdict(list)
        for one in cluster.observations(self._config.cluster):
            found[one.kind, one.namespace].append(one)
        return found

    def _whole_scopes(self, namespaces: Iterable[str]) -> tuple[Complete, ...]:
        known = set(self._config.namespaces) or {*namespaces, *(name for _, name in self._store.named(NAMESPACES))}
        scopes: list[Complete] = []
        for name, kinds in NEEDED:
            if not self._config.namespaces and all(self._gaps.is_whole(kind, EVERYWHERE) for kind in kinds):
                scopes.append(Complete(name, EVERYWHERE))
            else:
                scopes += (Complete(name, at) for at in sorted(known) if self._gaps.are_read(kinds, at))
        return tuple(scopes)

    def _affect_scope(self, kind: Kind, scope: str) -> None:
        """What was left open for want of this kind can be said now."""
        if scope == EVERYWHERE or kind in ACROSS_NAMESPACES:
            self.affected.add(None)
        else:
            self.affected.add((scope,))

    def _note(self, kind: Kind, unfit: Unfit) -> None:
        self._unfit[kind, unfit.namespace][unfit.name] = unfit.message
        self._settle(kind, unfit.namespace)

    def _fit(self, kind: Kind, namespace: str, name: str = "") -> None:
        """An object can be read after all or is gone; without a name that holds for all of them."""
        if name:
            del self._unfit[kind, namespace][name]
        if not name or not self._unfit[kind, namespace]:
            del self._unfit[kind, namespace]
        self._settle(kind, namespace)
        self._affect_scope(kind, namespace)

    def _settle(self, kind: Kind, scope: str) -> None:
        if (kind, scope) in self._missed or (kind, scope) in self._unfit:
            self._gaps.add(kind, scope)
        else:
            self._gaps.close(kind, scope)


def _parts(one: Observation) -> Parts:
    """A number for each part of an observation that can be known without the others, ``None`` for what is not known."""
    parts = (one.workloads, one.exposure, one.posture)
    rest = replace(one, workloads=None, exposure=None, posture=None)
    return hash(_encoder.encode(rest)), *(None if part is None else hash(_encoder.encode(part)) for part in parts)
