"""Creating and changing what entries are grouped by: domains, systems and environments."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.actor import Actor
from accounts.audit import record
from catalog.changes import set_fields, validate
from catalog.groupings import MANAGE, Grouping, fields_of, group_values
from catalog.indexing import reindex_entry
from catalog.models import Environment
from common.access import require
from common.errors import Conflict


def save_grouping(*, actor: Actor, grouping: Grouping, metadata: Mapping[str, Any], now: datetime) -> list[str]:
    """Make the grouping say this, creating it when it is new, and return the names of the fields that changed.

    Domains and environments are the administrators', a system also the maintainers' of the team that owns it, before
    and after the change. Raises ``Invalid`` by field and ``Conflict`` when the slug is taken.
    """
    is_new = grouping.pk is None
    if not is_new:
        require(actor, MANAGE[type(grouping)], grouping)
    difference = set_fields(grouping, group_values(grouping, metadata, actor))
    require(actor, MANAGE[type(grouping)], grouping)
    if is_new:
        validate(grouping, fields_of(grouping))
    if not difference and not is_new:
        return []
    try:
        with transaction.atomic():
            grouping.save()
            noun = grouping._meta.model_name
            record(
                actor=actor,
                action=f"catalog.{noun}.{'created' if is_new else 'edited'}",
                obj=grouping,
                name=grouping.slug,
                difference=difference,
                now=now,
            )
            if not isinstance(grouping, Environment):
                reindex_entry(grouping)
    except IntegrityError:
        raise Conflict(f"The name {grouping.slug} is taken.") from None
    return sorted(difference)
