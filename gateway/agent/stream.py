"""What one Envoy has been told, has accepted and has refused: the server's side of incremental xDS for one stream.
Pure: requests in, responses out.

A response that is refused says nothing of which of its resources was wrong, so they are sent again one by one: what is
refused alone is the wrong one, and everything else goes on. A resource has one version on its way at a time.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from gateway.agent.order import KINDS, Standing, may_come, may_leave
from gateway.agent.shelf import Key, Shelf
from gateway.envoy.resources import CLUSTER, ROUTES, SCOPE, Resource

_TOGETHER = 128
_BYTES_TOGETHER = 1_000_000
_WORDS_AT_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Response:
    """One message to Envoy: resources that are new or different, and names of those that are no more."""

    kind: str
    nonce: str
    resources: tuple[Resource, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(slots=True)
class _Asked:
    """What Envoy asks for of a kind, and what is to be looked at."""

    is_all: bool = False
    names: set[str] = field(default_factory=set)
    todo: set[str] = field(default_factory=set)
    is_answered: bool = False


class Stream:
    """One Envoy's stream; used on the event loop alone."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._asked: dict[str, _Asked] = {}
        self._held: dict[Key, str] = {}
        self._flying: dict[Key, str | None] = {}
        self._refused: dict[Key, tuple[str, str]] = {}
        self._alone: set[Key] = set()
        self._sent: dict[str, Response] = {}
        self._count = 0

    def ask(self, kind: str, names: Iterable[str], no_longer: Collection[str], has: Mapping[str, str]) -> set[Key]:
        """Envoy asks for resources, gives some up, and says which versions it ``has``; returns all of these."""
        is_first = kind not in self._asked
        asked = self._asked.setdefault(kind, _Asked())
        wanted = set(names)
        if "*" in wanted or (is_first and not wanted):
            asked.is_all = True
            asked.todo |= self._shelf.names(kind)
        wanted.discard("*")
        for name in wanted:
            # It asks for what it has lost or never had; otherwise it would have said so.
            self._held.pop((kind, name), None)
        for name, version in has.items():
            self._held[kind, name] = version
        asked.names |= wanted
        asked.todo |= wanted | has.keys()
        for name in no_longer:
            asked.names.discard(name)
            self._held.pop((kind, name), None)
        return {(kind, name) for name in (*wanted, *no_longer, *has)}

    def touch(self, keys: Iterable[Key]) -> None:
        """These are different on the shelf."""
        for kind, name in keys:
            if kind in self._asked:
                self._asked[kind].todo.add(name)

    def accept(self, nonce: str) -> set[Key]:
        """Envoy took a response; returns what was in it."""
        response = self._sent.pop(nonce, None)
        if response is None:
            return set()
        for one in response.resources:
            key = (one.kind, one.name)
            self._held[key] = one.version
            self._refused.pop(key, None)
            self._alone.discard(key)
        for name in response.removed:
            self._held.pop((response.kind, name), None)
        return self._landed(response)

    def refuse(self, nonce: str, words: str) -> set[Key]:
        """Envoy refused a response, in its words; returns what was in it."""
        response = self._sent.pop(nonce, None)
        if response is None:
            return set()
        keys = {(response.kind, one.name) for one in response.resources}
        keys |= {(response.kind, name) for name in response.removed}
        if len(keys) == 1:
            for one in response.resources:
                self._refused[one.kind, one.name] = (one.version, words[:_WORDS_AT_MOST])
            for name in response.removed:
                # What it does not let go is not asked of it again.
                self._held.pop((response.kind, name), None)
        else:
            self._alone |= keys
        return self._landed(response)

    def responses(self) -> list[Response]:
        """What can be said now, in the order in which to say it."""
        found: list[Response] = []
        if not self._shelf.is_ready:
            return found
        for kind in KINDS:
            if kind in self._asked:
                found += self._due(kind, self._asked[kind])
        return found

    def standing(self, key: Key) -> Standing:
        """Where a resource of the shelf is with this Envoy."""
        version = self._shelf.version(key)
        if self._refused.get(key, ("", ""))[0] == version:
            return Standing.REFUSED
        if self._held.get(key) == version and key not in self._flying:
            return Standing.HELD
        asked = self._asked.get(key[0])
        is_asked = asked is not None and (asked.is_all or key[1] in asked.names)
        return Standing.OPEN if is_asked else Standing.UNASKED

    def refusal(self, key: Key) -> str:
        """In which words Envoy refused the shelf's version; empty when it did not."""
        version, words = self._refused.get(key, ("", ""))
        return words if version and version == self._shelf.version(key) else ""

    def lingers(self, key: Key) -> bool:
        """Whether Envoy has, or may have, what somebody here has no more."""
        if self._shelf.get(key) is not None and self.standing(key) is Standing.HELD:
            return False
        return key in self._held or key in self._flying

    def _landed(self, response: Response) -> set[Key]:
        keys = {(response.kind, one.name) for one in response.resources}
        keys |= {(response.kind, name) for name in response.removed}
        for key in keys:
            self._flying.pop(key, None)
        # What was taken away is only of interest again when it is there again.
        self._asked[response.kind].todo |= {
            key[1] for key in keys if key[1] not in response.removed or self._shelf.get(key) is not None
        }
        return keys

    def _due(self, kind: str, asked: _Asked) -> list[Response]:
        come: list[Resource] = []
        leave: list[str] = []
        waiting = 0
        for name in sorted(asked.todo):
            key = (kind, name)
            resource = self._shelf.get(key)
            if not self._is_wanted(key, asked, resource):
                asked.todo.discard(name)
            elif resource is None:
                if self._may_leave(key):
                    leave.append(name)
            elif may_come(key, self._shelf, self.standing):
                come.append(resource)
            else:
                waiting += 1
        # The first answer to who asks for all is whole: Envoy begins to serve with it.
        is_whole = asked.is_all and not asked.is_answered
        return [] if is_whole and waiting else self._packed(kind, asked, come, leave, is_whole)

    def _is_wanted(self, key: Key, asked: _Asked, resource: Resource | None) -> bool:
        """Whether there is something to say of it, now or later; what is on its way is looked at when it has landed."""
        if key in self._flying:
            return False
        is_named = key[1] in asked.names
        if resource is None:
            return key in self._held or is_named
        return (asked.is_all or is_named) and self.standing(key) is Standing.OPEN

    def _may_leave(self, key: Key) -> bool:
        owner = self._shelf.owner(key)
        if owner is None:
            # Of a time before this process.
            return self._shelf.is_whole and (key[0] != CLUSTER or self._is_at_rest())
        if key[0] == SCOPE:
            return True
        going = (one for one in self._shelf.gone_of(owner) if one[0] == SCOPE)
        return not any(map(self.lingers, going)) and may_leave(key, self._shelf, self.standing)

    def _is_at_rest(self) -> bool:
        """Whether all routes and scopes are as they are to be; what a cluster of former times may be needed for is
        not known before."""
        if SCOPE not in self._asked or not self._asked[SCOPE].is_answered:
            return False
        return not any(
            kind in self._asked and (self._asked[kind].todo or any(key[0] == kind for key in self._flying))
            for kind in (ROUTES, SCOPE)
        )

    def _packed(
        self, kind: str, asked: _Asked, come: list[Resource], leave: list[str], is_whole: bool
    ) -> list[Response]:
        asked.todo -= {one.name for one in come} | set(leave)
        alone = [one for one in come if (one.kind, one.name) in self._alone]
        together = [one for one in come if (one.kind, one.name) not in self._alone]
        groups = [together] if is_whole else _grouped(together)
        responses = [self._response(kind, tuple(group), ()) for group in (*groups, *([one] for one in alone))]
        responses += [self._response(kind, (), (name,)) for name in leave if (kind, name) in self._alone]
        if rest := tuple(name for name in leave if (kind, name) not in self._alone):
            responses.append(self._response(kind, (), rest))
        asked.is_answered = asked.is_answered or bool(responses)
        return responses

    def _response(self, kind: str, resources: tuple[Resource, ...], removed: tuple[str, ...]) -> Response:
        self._count += 1
        response = Response(kind, f"{self._count:x}", resources, removed)
        self._sent[response.nonce] = response
        self._flying |= {(kind, one.name): one.version for one in resources}
        self._flying |= {(kind, name): None for name in removed}
        return response


def _grouped(resources: list[Resource]) -> list[list[Resource]]:
    """In groups of a size at which neither side holds its breath."""
    groups: list[list[Resource]] = []
    size = _BYTES_TOGETHER
    for one in resources:
        if size + len(one.body) > _BYTES_TOGETHER or len(groups[-1]) >= _TOGETHER:
            groups.append([])
            size = 0
        groups[-1].append(one)
        size += len(one.body)
    return groups
