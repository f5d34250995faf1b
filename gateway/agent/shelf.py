"""What Envoy is to have: resources by kind and name, each belonging to an API, or to all of them (owner ``""``). Pure.

A scope is a first segment of paths and may go from one API to another; anything else stays with whose it is. Only bytes
are kept, no messages: 1,000 APIs with 100,000 keys are about 20 MB of them.
"""

from collections.abc import Iterable

from gateway.envoy.resources import SCOPE, Resource

Key = tuple[str, str]
#: The owner of what all APIs share.
EVERYBODY = ""


class Conflict(Exception):
    """Two APIs have a resource of the same name; the text says which."""


class Shelf:
    """``is_ready``: there is something to tell an Envoy that asks. ``is_whole``: what is not here is no more; without
    that, an Envoy keeps what it has from before and nobody here has heard of."""

    def __init__(self) -> None:
        self.is_ready = False
        self.is_whole = False
        self._resources: dict[Key, Resource] = {}
        self._owners: dict[Key, str] = {}
        self._keys: dict[str, frozenset[Key]] = {}
        self._gone: dict[str, set[Key]] = {}

    def put(self, owner: str, resources: Iterable[Resource]) -> set[Key]:
        """These are all that the owner has now; returns what is different. Raises ``Conflict`` before any change."""
        new = {(resource.kind, resource.name): resource for resource in resources}
        taken = {key for key in new.keys() & self._resources.keys() if self._owners[key] != owner}
        for key in taken:
            if key[0] != SCOPE:
                raise Conflict(f"{key[1]} belongs to the API {self._owners[key]}")
        for key in taken:
            former = self._owners[key]
            self._keys[former] -= {key}
            self._gone[former] = self.gone_of(former) | {key}
        gone = self._keys.get(owner, frozenset()) - new.keys()
        changed = {key for key, one in new.items() if self.version(key) != one.version} | gone
        for key in gone:
            # Its owner stays noted: who takes it from Envoy has to know after what.
            del self._resources[key]
        self._gone[owner] = (self._gone.get(owner, set()) | gone) - new.keys()
        self._resources |= new
        self._owners |= dict.fromkeys(new, owner)
        self._keys[owner] = frozenset(new)
        return changed

    def get(self, key: Key) -> Resource | None:
        return self._resources.get(key)

    def version(self, key: Key) -> str | None:
        found = self._resources.get(key)
        return None if found is None else found.version

    def owner(self, key: Key) -> str | None:
        """Whose it is, or was before it went; ``None`` when nobody has had it."""
        return self._owners.get(key)

    def keys_of(self, owner: str) -> frozenset[Key]:
        return self._keys.get(owner, frozenset())

    def gone_of(self, owner: str) -> set[Key]:
        """What the owner has no more, though another may."""
        return self._gone.get(owner, set())

    def names(self, kind: str) -> set[str]:
        return {name for one, name in self._resources if one == kind}
