"""Changing what is said about a version: its stage, changelog, sunset, successor and instances."""

from datetime import datetime
from functools import partial

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from catalog.lifecycle import refresh_current_version
from catalog.metadata import VersionMetadata
from catalog.models import APIVersion, Lifecycle
from catalog.permissions import Action
from catalog.references import resolved
from catalog.search.index import reindex_api
from catalog.signals import version_published, version_turned
from catalog.version_metadata import set_version_fields, write_instances
from common.access import require
from common.locks import lock_until_commit


def edit_version(
    *, actor: Actor, version: APIVersion, metadata: VersionMetadata, now: datetime, reason: str = ""
) -> list[str]:
    """Give the version this metadata and return the names of the fields that changed; its API follows.

    A step forward in the lifecycle is the owner's; a step back takes a maintainer and a ``reason``, which the audit
    trail keeps. Raises ``Invalid`` by field and ``Conflict`` for a step back without a reason.
    """
    api = version.api
    require(actor, Action.API_SET_LIFECYCLE if "lifecycle" in metadata else Action.API_EDIT, api)
    values = resolved(metadata, actor)
    with transaction.atomic():
        lock_until_commit(f"catalog.api:{api.slug}")
        version = APIVersion.objects.select_related("api", "successor").get(pk=version.pk)
        was_draft = version.lifecycle == Lifecycle.DRAFT
        difference = set_version_fields(version, values, actor=actor, now=now, reason=reason)
        if difference:
            version.save()
        difference |= write_instances(version, values)
        if not difference:
            return []
        refresh_current_version(version.api, now)
        reindex_api(api.pk)
        name = f"{api.slug} {version.name}"
        record(
            actor=actor,
            action="catalog.version.edited",
            obj=version,
            name=name,
            team_id=api.owner_id,
            difference=difference,
            now=now,
        )
        if was_draft and version.lifecycle != Lifecycle.DRAFT:
            send = partial(version_published.send_robust, APIVersion, api_id=api.pk, version_id=version.pk)
            transaction.on_commit(send)
        if "lifecycle" in difference:
            version_turned.send(APIVersion, api_id=api.pk, version_id=version.pk)
    return sorted(difference)
