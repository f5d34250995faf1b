"""In which order an API's resources go to Envoy and leave it, so that nothing it has ever points at nothing. Pure.

Shared extensions and clusters first, then routes, then the scopes that lead to them; away the other way round. Routes
wait until Envoy has said what it makes of the limits, for clients whose limits it does not know have none; limits that
it refuses hold nothing up, since a key that is to be refused must not wait for them. Envoy asks for routes by name once
it has a scope that leads there, so a new API's scope goes before its routes: until those are there its path is refused,
as it was before.
"""

from collections.abc import Callable
from enum import Enum, auto

from gateway.agent.shelf import EVERYBODY, Key, Shelf
from gateway.envoy.resources import CLUSTER, EXTENSION, ROUTES, SCOPE

#: The kinds in the order in which they are looked through.
KINDS = (EXTENSION, CLUSTER, ROUTES, SCOPE)


class Standing(Enum):
    """Where a resource is with one Envoy: it has the version of the shelf, it refused it, it has not been heard."""

    HELD = auto()
    REFUSED = auto()
    OPEN = auto()
    #: Envoy has not asked for it, and will not before it has something else.
    UNASKED = auto()


Standings = Callable[[Key], Standing]


def may_come(key: Key, shelf: Shelf, standing: Standings) -> bool:
    """Whether the shelf's version can go to Envoy now."""
    owner = shelf.owner(key)
    if owner is None or owner == EVERYBODY:
        return True
    own = shelf.keys_of(owner)
    if key[0] == ROUTES:
        heard = {Standing.HELD, Standing.REFUSED, Standing.UNASKED}
        return _all_are(own, CLUSTER, standing, {Standing.HELD}) and _all_are(
            shelf.keys_of(EVERYBODY), EXTENSION, standing, heard
        )
    if key[0] == SCOPE:
        return _all_are(own, CLUSTER, standing, {Standing.HELD}) and _all_are(
            own, ROUTES, standing, {Standing.HELD, Standing.UNASKED}
        )
    return True


def may_leave(key: Key, shelf: Shelf, standing: Standings) -> bool:
    """Whether Envoy can be told that a resource is no more; ``standing`` of a scope that is to go is open."""
    if key[0] != CLUSTER:
        return True
    owner = shelf.owner(key)
    if owner is None:
        return True
    own = shelf.keys_of(owner)
    return _all_are(own, ROUTES, standing, {Standing.HELD, Standing.UNASKED}) and _all_are(
        own, SCOPE, standing, {Standing.HELD}
    )


def _all_are(keys: frozenset[Key], kind: str, standing: Standings, of: set[Standing]) -> bool:
    return all(standing(key) in of for key in keys if key[0] == kind)
