"""A cluster: its objects, who may read them, and what goes wrong in it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from demo.cluster.access import AUTHENTICATED, EVERYTHING, READ_BUT_SECRETS, Access, Action, Identity, service_account
from demo.cluster.applications import Applications
from demo.cluster.controllers import derive
from demo.cluster.faults import Faults
from demo.cluster.kinds import API_SERVICE, BUILT_IN, CLUSTER_ROLE, NAMESPACE, Kind
from demo.cluster.lists import Pages
from demo.cluster.objects import admitted
from demo.cluster.roles import granted
from demo.cluster.store import Collection, Store
from demo.cluster.watches import Pace

Manifest = Mapping[str, Any]
_FIRST_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")


def _clock() -> datetime:
    return datetime.now(UTC)


class UnknownKind(Exception):
    """No installed kind is called that."""


class Cluster:
    """Everything a server answers from. Changes take effect at once and are told to every watch."""

    def __init__(
        self, *, now: Callable[[], datetime] = _clock, has_controllers: bool = True, first_version: int = 1000
    ) -> None:
        """Versions are counted from ``first_version``; without controllers nothing is derived from the objects."""
        self.now = now
        self.has_controllers = has_controllers
        self.store = Store(BUILT_IN, first_version=first_version)
        self.access = Access(now)
        self.faults = Faults()
        self.pace = Pace()
        self.pages = Pages()
        self.applications = Applications()
        self.unavailable: dict[str, str] = {}
        self.memo = ""
        # Servers before 1.26 do not know the aggregated form and answer with the plain one.
        self.aggregates_discovery = True
        for name in _FIRST_NAMESPACES:
            self.add({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        port = {"name": "https", "port": 443, "targetPort": 6443}
        about = {
            "name": "kubernetes",
            "namespace": "default",
            "labels": {"component": "apiserver", "provider": "kubernetes"},
        }
        self.add({"apiVersion": "v1", "kind": "Service", "metadata": about, "spec": {"ports": [port]}})

    def kinds(self) -> list[Kind]:
        with self.store.lock:
            return [collection.kind for collection in self.store.collections.values()]

    def install(self, *kinds: Kind) -> None:
        """The custom kinds are served from now on."""
        for kind in kinds:
            self.store.install(kind)

    def uninstall(self, *kinds: Kind) -> None:
        """The custom kinds are gone with all their objects."""
        for kind in kinds:
            self.store.uninstall(kind)

    def add(self, manifest: Manifest) -> dict[str, Any]:
        """The object is there as the manifest says, new or changed; returns it as it is kept."""
        collection = self._collection(manifest["apiVersion"], manifest["kind"])
        metadata = manifest["metadata"]
        namespace = metadata.get("namespace", "default") if collection.kind.is_namespaced else ""
        with self.store.lock:
            if namespace and collection.kind is not NAMESPACE:
                self._have_namespace(namespace)
            known = collection.objects.get((namespace, metadata["name"]))
            before = known.body() if known else None
            body = admitted(collection.kind, manifest, self.now(), before)
            if before is not None and _content(before) == _content(body):
                # Nobody is told of a change that changes nothing.
                return before
            self.store.put(collection, body)
            self._follow(collection, namespace, metadata["name"], before or {})
        return body

    def modify(self, kind: str, namespace: str, name: str, change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
        """``change`` was applied to the object, which keeps its uid; raises ``KeyError`` when there is none."""
        collection = self._named(kind)
        with self.store.lock:
            body = collection.objects[namespace, name].body()
            change(body)
            return self.add({"apiVersion": collection.kind.api_version(), "kind": collection.kind.name} | body)

    def delete(self, kind: str, namespace: str, name: str) -> bool:
        """Whether there was such an object; a namespace takes everything in it along."""
        collection = self._named(kind)
        with self.store.lock:
            if collection.kind is NAMESPACE:
                self._empty(name)
            known = collection.objects.get((namespace, name))
            if known is not None:
                self.store.delete(collection, namespace, name)
                self._follow(collection, namespace, name, known.body())
            return known is not None

    def names(self, kind: str) -> list[str]:
        """Of every object of the kind, whatever its namespace."""
        with self.store.lock:
            return [name for _, name in self._named(kind).keys]

    def make_unavailable(self, group: str, version: str) -> None:
        """The group is served by somebody who does not answer (an APIService without its service)."""
        self.unavailable[group] = version
        message = f'service/{group.partition(".")[0]} in "kube-system" is not present'
        condition = {"type": "Available", "status": "False", "reason": "ServiceNotFound", "message": message}
        manifest = {
            "apiVersion": API_SERVICE.api_version(),
            "kind": API_SERVICE.name,
            "metadata": {"name": f"{version}.{group}"},
        }
        self.add(manifest | {"spec": {"group": group, "version": version}, "status": {"conditions": [condition]}})

    def make_available(self, group: str) -> None:
        """The group is served again, or not at all when no kind of it is installed."""
        version = self.unavailable.pop(group)
        self.delete(API_SERVICE.name, "", f"{version}.{group}")

    def may(self, identity: Identity, action: Action, *, counts: bool = False) -> bool:
        """Whether it is granted, and not forbidden at the moment; an action that is really taken ``counts``."""
        return self.access.may(identity, action) and not self.faults.forbids(action, counts=counts)

    def reader(self, username: str = "", *, namespaces: Iterable[str] | None = None, token: str = "") -> str:
        """A token that reads everything but secrets: in the whole cluster, or only in some namespaces."""
        identity = Identity(username, ("system:authenticated",)) if username else service_account("portal", "portal")
        for namespace in [""] if namespaces is None else namespaces:
            self.access.grant(identity.username, *READ_BUT_SECRETS, namespace=namespace)
        return self.access.issue(identity, token=token)

    def administrator(self, username: str = "admin", *, token: str = "") -> str:
        """A token of somebody who may do everything."""
        self.access.grant(username, EVERYTHING)
        return self.access.issue(Identity(username, ("system:masters", AUTHENTICATED)), token=token)

    def _collection(self, api_version: str, name: str) -> Collection:
        group, _, version = api_version.rpartition("/")
        for collection in self.store.collections.values():
            kind = collection.kind
            if kind.group == group and kind.name == name and version in kind.versions:
                return collection
        raise UnknownKind(f"{api_version} {name}")

    def _named(self, name: str) -> Collection:
        """The kind by its name, or by its plural with the group: ``gateways.networking.istio.io``."""
        for collection in self.store.collections.values():
            if name in (collection.kind.name, collection.kind.qualified):
                return collection
        raise UnknownKind(name)

    def _have_namespace(self, name: str) -> None:
        if self.store.get("", "namespaces", "", name) is None:
            labels = {"kubernetes.io/metadata.name": name}
            self.add({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})

    def _empty(self, namespace: str) -> None:
        for collection in list(self.store.collections.values()):
            for name in self.store.names_in(collection, namespace):
                self.store.delete(collection, namespace, name)

    def _follow(self, collection: Collection, namespace: str, name: str, before: Manifest) -> None:
        """What becomes of the change: rights, and what controllers make of it."""
        if collection.kind.group == CLUSTER_ROLE.group or collection.kind is NAMESPACE:
            self.access.bound = granted(self.store)
        if self.has_controllers:
            derive(self.store, collection.kind, namespace, name, self.now(), before)


def _content(body: Mapping[str, Any]) -> dict[str, Any]:
    """The object without what every write of it sets anew."""
    metadata = {
        key: value for key, value in body["metadata"].items() if key not in ("managedFields", "resourceVersion")
    }
    return {**body, "metadata": metadata}
