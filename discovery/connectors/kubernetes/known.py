"""What a watch knows of a cluster, and which of it is news to whoever listens."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import msgspec

from discovery.connectors.base import EVERYWHERE, Complete, Observation
from discovery.connectors.kubernetes.affected import Affected
from discovery.connectors.kubernetes.config import Config
from discovery.connectors.kubernetes.events import Happened, Listed, Unfit
from discovery.connectors.kubernetes.kinds import ACROSS_NAMESPACES, NAMESPACES, Kind
from discovery.connectors.kubernetes.observing import NEEDED, Cluster
from discovery.connectors.kubernetes.store import Gaps, Store

_DIGEST_BYTES = 16
_encoder = msgspec.msgpack.Encoder(enc_hook=dict)

News = tuple[tuple[Complete, ...], tuple[Observation, ...]]


class Known:
    """The objects of a cluster as its streams tell them; ``affected`` is whom changes since the last news concern."""

    def __init__(self, config: Config) -> None:
        self.affected = Affected(config.root_namespace)
        self._config = config
        self._store, self._gaps = Store(), Gaps()
        self._missed: set[tuple[Kind, str]] = set()
        self._unfit: dict[tuple[Kind, str], dict[str, str]] = defaultdict(dict)
        # What was last told of each namespace that has services.
        self._digests: dict[str, bytes] = {}

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
        for key in before.keys() | listed.found.keys():
            was, now = before.get(key), listed.found.get(key)
            if was != now:
                self._affect(kind, *key, was, now)
        self._store.replace(kind, scope, listed.found)
        for key in [key for key in self._unfit if key[0] is kind and scope in (EVERYWHERE, key[1])]:
            self._fit(kind, key[1])
        for one in listed.unfit:
            self._note(kind, one)

    def happen(self, kind: Kind, event: Happened) -> None:
        """An object is as it is now."""
        at, name = event.namespace, event.name
        if name in self._unfit.get((kind, at), ()):
            self._fit(kind, at, name)
        if event.found is not None:
            was = self._store.put(kind, at, name, event.found)
        else:
            was = self._store.drop(kind, at, name)
        if was != event.found:
            self._affect(kind, at, name, was, event.found)
        if event.unfit is not None:
            self._note(kind, event.unfit)

    def remove(self, kind: Kind, scope: str) -> None:
        """There is no such kind any more."""
        if kind not in self._store.absent:
            self._store.absent.add(kind)
            self.affected.add_all()
        self.renew(kind, scope, Listed({}, ()))
        self.close(kind, scope)

    def install(self, kind: Kind) -> None:
        """There is such a kind."""
        if kind in self._store.absent:
            self._store.absent.discard(kind)
            self.affected.add_all()

    def everything(self) -> News:
        """All that is known, with every scope that is known to its end."""
        self.affected = Affected(self._config.root_namespace)
        observed = self._observed(None)
        scopes = self._whole_scopes(observed)
        whole = {(scope.kind, scope.namespace) for scope in scopes}
        told = {at: [one for one in found if not whole.isdisjoint(_scopes_of(one))] for at, found in observed.items()}
        self._digests = {at: _digest(found) for at, found in told.items() if found}
        return scopes, tuple(one for found in told.values() for one in found)

    def news(self) -> News | None:
        """What is new in the affected namespaces, each of them whole."""
        affected, self.affected = self.affected, Affected(self._config.root_namespace)
        by_namespace = self._observed(None if affected.is_all else frozenset(affected.namespaces))
        namespaces = by_namespace.keys() | (self._digests.keys() if affected.is_all else affected.namespaces)
        scopes: list[Complete] = []
        told: list[Observation] = []
        for at in sorted(namespaces):
            whole = [name for name, kinds in NEEDED if all(self._is_whole(kind, at) for kind in kinds)]
            found = [one for one in by_namespace.get(at, ()) if one.kind in whole]
            if whole and self._is_new(at, found):
                scopes += (Complete(name, at) for name in whole)
                told += found
        return (tuple(scopes), tuple(told)) if scopes else None

    def _is_whole(self, kind: Kind, namespace: str) -> bool:
        is_asked_for = not self._config.namespaces or namespace in self._config.namespaces
        return is_asked_for and self._gaps.is_read(kind, namespace)

    def _is_new(self, namespace: str, found: list[Observation]) -> bool:
        digest = _digest(found) if found else b""
        if self._digests.get(namespace, b"") == digest:
            return False
        if digest:
            self._digests[namespace] = digest
        else:
            del self._digests[namespace]
        return True

    def _observed(self, namespaces: frozenset[str] | None) -> dict[str, list[Observation]]:
        cluster = Cluster(self._config, self._store, self._gaps, namespaces)
        found: dict[str, list[Observation]] = defaultdict(list)
        for one in cluster.observations(self._config.cluster):
            found[one.namespace].append(one)
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

    def _affect(self, kind: Kind, namespace: str, name: str, *objects: Any | None) -> None:
        there = tuple(one for one in objects if one is not None)
        self.affected.by(self._store, kind, namespace, name, there)

    def _affect_scope(self, kind: Kind, scope: str) -> None:
        """What was left open for want of this kind can be said now."""
        if scope == EVERYWHERE or kind in ACROSS_NAMESPACES:
            self.affected.add_all()
        else:
            self.affected.add(scope)

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


def _scopes_of(one: Observation) -> tuple[tuple[str, str], tuple[str, str]]:
    return (one.kind, EVERYWHERE), (one.kind, one.namespace)


def _digest(found: list[Observation]) -> bytes:
    return hashlib.blake2b(_encoder.encode(found), digest_size=_DIGEST_BYTES).digest()
