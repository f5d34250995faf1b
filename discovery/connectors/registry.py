"""Which connectors there are: those of the setting PORTICO_CONNECTORS and those installed packages offer."""

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points

from discovery.connectors.base import Connector

GROUP = "portico.connectors"


def load_connectors(names: tuple[str, ...]) -> dict[str, Connector]:
    """The connectors of these dotted names and of the entry points ``portico.connectors``, by kind.

    Raises ``RuntimeError`` when two claim one kind, and whatever importing one raises: a site whose connector is
    broken says so at start.
    """
    found: dict[str, Connector] = {}
    offered = tuple(point.value.replace(":", ".") for point in entry_points(group=GROUP))
    for name in dict.fromkeys((*names, *offered)):
        module, _, attribute = name.rpartition(".")
        connector = getattr(import_module(module), attribute)()
        if connector.kind in found:
            raise RuntimeError(f"Two connectors are of kind {connector.kind}; one is {name}.")
        found[connector.kind] = connector
    return found


cached = cache(load_connectors)
