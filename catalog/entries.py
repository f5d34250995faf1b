"""Writing the metadata of an API or a service, the same way for every use case that does."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.actor import Actor
from accounts.audit import Difference
from catalog.changes import set_fields
from catalog.models import API, Service
from catalog.permissions import Action
from catalog.relations import set_links, set_pages, set_related, set_tags
from common.access import require

_API_FIELDS = ("title", "description", "owner", "domain", "system", "visibility")
_SERVICE_FIELDS = (*_API_FIELDS, "kind", "lifecycle")
_RELATED = ("provided_by", "provides", "consumes", "depends_on")


def write_entry(entry: API | Service, values: Mapping[str, Any], *, actor: Actor, now: datetime) -> Difference:
    """Save the entry with the values that concern it (names already resolved) and return what differs.

    A new owner is a transfer, which the actor must be allowed besides. Keys of other things are left alone.
    """
    fields = _API_FIELDS if isinstance(entry, API) else _SERVICE_FIELDS
    is_new = entry.pk is None
    if not is_new and "owner" in values and values["owner"] != entry.owner:
        require(actor, Action.API_TRANSFER if isinstance(entry, API) else Action.SERVICE_TRANSFER, entry)
    difference = set_fields(entry, {field: values[field] for field in fields if field in values})
    if is_new:
        entry.created_at = entry.updated_at = now
        entry.save()
    difference |= _write_lists(entry, values, actor, now)
    if difference and not is_new:
        entry.updated_at = now
        entry.save(update_fields=[*fields, "updated_at"])
    return difference


def _write_lists(entry: API | Service, values: Mapping[str, Any], actor: Actor, now: datetime) -> Difference:
    pairs: dict[str, Any] = {}
    if "tags" in values:
        pairs["tags"] = set_tags(entry, values["tags"])
    for field in _RELATED:
        if field in values:
            pairs[field] = set_related(entry, field, values[field], actor)
    if "links" in values:
        pairs["links"] = set_links(entry, values["links"])
    if "docs" in values:
        pairs["docs"] = set_pages(entry, values["docs"], now)
    return {field: pair for field, pair in pairs.items() if pair is not None}
