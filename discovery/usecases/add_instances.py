"""A maintainer of an API takes over addresses that discovery proposes as instances of a version."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from catalog.metadata import InstanceValue
from catalog.models import APIVersion
from catalog.permissions import Action
from catalog.usecases.edit_version import edit_version
from common.access import require
from common.errors import Invalid
from common.locks import lock_until_commit
from discovery.instances import NEW, proposed
from discovery.origins import note_origins
from discovery.queries.instances import instances_of, places_of_version, reached_by

_OPEN = ("internet", "mesh")


def add_instances(
    *, actor: Actor, version: APIVersion, chosen: Collection[InstanceValue] | None, now: datetime
) -> list[InstanceValue]:
    """The chosen addresses are instances of the version besides those that it has; returns those that are new.

    Without a choice all are taken that are proposed, except those that can be reached inside a cluster only: these a
    person names. What is an instance already changes nothing. Raises ``Denied``, and ``Invalid`` for what is not
    proposed.
    """
    require(actor, Action.API_EDIT, version.api)
    with transaction.atomic():
        lock_until_commit(f"catalog.api:{version.api.slug}")
        places = places_of_version(actor, version)
        present = instances_of(version)
        seen = proposed(reached_by(places), present)
        if chosen is None:
            chosen = [InstanceValue(environment=one.environment, url=one.url) for one in seen if one.scope in _OPEN]
        offered = {(one.environment, one.url): one.state for one in seen}
        wanted = {(one["environment"], one["url"]) for one in chosen}
        if not wanted <= offered.keys():
            raise Invalid({"instances": "One of these is not proposed any more. Look at the proposals again."})
        added = [InstanceValue(environment=at, url=url) for at, url in sorted(wanted) if offered[at, url] == NEW]
        if added:
            kept = [InstanceValue(environment=one.environment, url=one.url) for one in present]
            edit_version(actor=actor, version=version, metadata={"instances": [*kept, *added]}, now=now)
            note_origins(places, version.pk, now)
    return added
