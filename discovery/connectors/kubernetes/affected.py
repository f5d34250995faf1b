"""Whose services a change may concern: few namespaces, or all of them."""

from typing import Any

from discovery.connectors.kubernetes.carried import gateways_carried
from discovery.connectors.kubernetes.config import ROOT_NAMESPACE
from discovery.connectors.kubernetes.kinds import (
    GATEWAYS,
    ISTIO_GATEWAYS,
    MESH,
    NAMESPACES,
    REFERENCE_GRANTS,
    SERVICES,
    Kind,
)
from discovery.connectors.kubernetes.leads import LEADING, Key, is_wide, leads_of
from discovery.connectors.kubernetes.store import Store

_GATEWAYS = (GATEWAYS, ISTIO_GATEWAYS)
#: What is said of the pods of a gateway holds for all that is behind it.
_SAID_OF_PODS = frozenset({SERVICES, *MESH})


class Affected:
    """The namespaces to look at again; ``is_all`` when nobody can say which.

    ``root`` is the namespace whose policies hold for the whole mesh.
    """

    def __init__(self, root: str = ROOT_NAMESPACE) -> None:
        self._root = root
        self.namespaces: set[str] = set()
        self.is_all = False

    def __bool__(self) -> bool:
        return self.is_all or bool(self.namespaces)

    def add(self, *namespaces: str) -> None:
        self.namespaces.update(namespaces)

    def add_all(self) -> None:
        self.is_all = True

    def by(self, store: Store, kind: Kind, namespace: str, name: str, objects: tuple[Any, ...]) -> None:
        """An object of the kind has changed; ``objects`` are what it was and what it is, as far as it was or is."""
        if kind is NAMESPACES:
            # Whether a gateway takes the routes of a namespace depends on the namespace's labels.
            self.add(name, *store.leads.out_of(name))
            return
        if kind in MESH and namespace == self._root:
            self.add_all()
            return
        self.add(namespace)
        if kind in LEADING:
            for one in objects:
                self.add(*leads_of(kind, one))
            self.is_all = self.is_all or any(is_wide(kind, one) for one in objects)
        elif kind in _GATEWAYS:
            self._add_behind(store, (kind, namespace, name))
        for at in _granted(kind, objects):
            self._add_behind_gateways(store, at)
        for gateway in gateways_carried(store, kind, namespace, objects):
            self._add_behind(store, gateway)
        if kind in _SAID_OF_PODS:
            self._add_behind_gateways(store, namespace)

    def _add_behind_gateways(self, store: Store, namespace: str) -> None:
        for kind in _GATEWAYS:
            for at, name in store.named(kind, namespace) if store.has(kind, namespace) else ():
                self._add_behind(store, (kind, at, name))

    def _add_behind(self, store: Store, gateway: Key) -> None:
        self.add(*store.leads.behind(gateway))
        self.is_all = self.is_all or store.leads.is_behind_all(gateway)


def _granted(kind: Kind, objects: tuple[Any, ...]) -> set[str]:
    """The namespaces whose gateways a grant lets show a certificate of another one, or does not any more."""
    if kind is not REFERENCE_GRANTS:
        return set()
    return {of.namespace for one in objects if one.spec is not None for of in one.spec.from_ or ()}
