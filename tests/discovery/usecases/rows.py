"""Rows of the tests of decisions."""

from typing import Any

from discovery.models import DiscoveredService, Source
from tests.factories.discovery import make_discovered, make_observation


def discovered(source: Source, name: str, identity: str = "", **fields: Any) -> DiscoveredService:
    """A row of that name and namespace, seen in that source."""
    seen = make_observation(name, fields.pop("namespace", "cards"), identity=identity or None)
    return make_discovered(source, fields.pop("state", "new"), seen=seen, **fields)


def fresh(row: DiscoveredService) -> DiscoveredService:
    """The row as the database has it now."""
    return DiscoveredService.objects.select_related("service", "source").get(pk=row.pk)
