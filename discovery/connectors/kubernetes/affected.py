"""Whose services a change may concern: few namespaces, or all of them."""

from collections.abc import Iterable
from typing import Any

from discovery.connectors.kubernetes.carriers import carried_by, carried_in, is_same_carrier
from discovery.connectors.kubernetes.kinds import (
    GATEWAYS,
    INGRESSES,
    ISTIO_GATEWAYS,
    MESH,
    NAMESPACES,
    REFERENCE_GRANTS,
    SERVICES,
    WORKLOADS,
    Kind,
)
from discovery.connectors.kubernetes.leads import LEADING, Key, lead_of
from discovery.connectors.kubernetes.store import Store

_GATEWAYS = frozenset({GATEWAYS, ISTIO_GATEWAYS})
_CARRIERS = frozenset({SERVICES, INGRESSES, *WORKLOADS})


class Affected:
    """The namespaces to look at again; ``is_all`` when nobody can say which.

    ``root`` is the namespace whose policies hold for the whole mesh.
    """

    def __init__(self, root: str) -> None:
        self._root = root
        self.namespaces: set[str] = set()
        self.is_all = False

    def __bool__(self) -> bool:
        return self.is_all or bool(self.namespaces)

    def add(self, namespaces: Iterable[str] | None) -> None:
        """``None`` stands for all."""
        if namespaces is None:
            self.is_all = True
        else:
            self.namespaces.update(namespaces)

    def by(self, store: Store, kind: Kind, namespace: str, name: str, before: Any | None, now: Any | None) -> None:
        """An object of the kind was ``before`` and is ``now``; to be asked before and after the store knows it."""
        there = [one for one in (before, now) if one is not None]
        if kind is NAMESPACES:
            # Whether a gateway takes the routes of a namespace depends on the namespace's labels.
            self.add((name,))
            self.add(store.leads.out_of(name))
            return
        self.add((namespace,))
        if kind in LEADING:
            for one in there:
                self.add(store.leads.about(lead_of(kind, one)))
        if kind in _GATEWAYS:
            self._add_behind(store, [(kind, namespace, name)])
        elif kind in _CARRIERS and not is_same_carrier(before, now):
            for one in there:
                self._add_behind(store, carried_by(store, one))
        elif kind in MESH:
            self.add(None if namespace == self._root else ())
            self._add_behind(store, carried_in(store, namespace))
        elif kind is REFERENCE_GRANTS:
            # Gateways of those namespaces may show a certificate of this one, or may not any more.
            granted = {of.namespace for one in there if one.spec is not None for of in one.spec.from_ or ()}
            self._add_behind(store, (key for at in granted for key in carried_in(store, at)))

    def _add_behind(self, store: Store, gateways: Iterable[Key]) -> None:
        for gateway in gateways:
            self.add(store.leads.behind(gateway))
