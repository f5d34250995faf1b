"""What domains, systems and environments have in common for those who manage them."""

from collections.abc import Mapping
from typing import Any

from accounts.actor import Actor
from catalog.models import Domain, Environment, System
from catalog.permissions import Action
from catalog.references import resolved

Grouping = Domain | System | Environment

MANAGE = {
    Domain: Action.DOMAIN_MANAGE,
    System: Action.SYSTEM_MANAGE,
    Environment: Action.ENVIRONMENT_MANAGE,
}
_FIELDS = {
    Domain: ("slug", "title", "description", "owner"),
    System: ("slug", "title", "description", "owner", "domain"),
    Environment: ("slug", "title", "position"),
}


def fields_of(grouping: Grouping) -> tuple[str, ...]:
    return _FIELDS[type(grouping)]


def group_values(grouping: Grouping, metadata: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """The values of the grouping's own fields; the slug only while it is new, because URLs and pipelines name it.

    An empty owner clears it. Raises ``Invalid`` for names that are unknown.
    """
    cleared = {"owner": None} if "owner" in metadata and not metadata["owner"] else {}
    values = resolved({field: value for field, value in metadata.items() if field not in cleared}, actor) | cleared
    fixed = {"slug"} if grouping.pk else set()
    return {field: values[field] for field in fields_of(grouping) if field in values and field not in fixed}
