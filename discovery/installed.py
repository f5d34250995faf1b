"""The connectors of this site: those its settings and its installed packages name."""

from collections.abc import Mapping

from django.conf import settings

from discovery.connectors.base import Connector, Misconfigured
from discovery.connectors.registry import cached


def connectors() -> Mapping[str, Connector]:
    """The connectors by kind; loaded once a process."""
    return cached(tuple(settings.PORTICO_CONNECTORS))


def connector_of(kind: str) -> Connector:
    """The connector of that kind; raises ``Misconfigured`` when it is not installed, or not any more."""
    connector = connectors().get(kind)
    if connector is None:
        raise Misconfigured(
            f"There is no connector of kind {kind} here.",
            "Install the package it came with, or name it in PORTICO_CONNECTORS, and restart.",
        )
    return connector
