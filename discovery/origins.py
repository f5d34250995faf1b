"""Where instances were seen that discovery proposed or published."""

from collections.abc import Iterable
from datetime import datetime

from catalog.models import APIInstance
from discovery.facts import seen_in
from discovery.instances import real_addresses
from discovery.models import DiscoveredService, InstanceOrigin


def note_origins(rows: Iterable[DiscoveredService], version_id: int, now: datetime) -> None:
    """Each instance of the version that one of the rows has as an address, and that has no origin yet, has one.

    The rows come with their environment. Two queries, one when there is nothing to note.
    """
    instances = APIInstance.objects.filter(version=version_id, origin=None).values_list(
        "pk", "environment__slug", "url"
    )
    open_ones = {(environment, url): pk for pk, environment, url in instances}
    origins = []
    for row in rows if open_ones else ():
        for endpoint in real_addresses(seen_in(row)):
            pk = open_ones.pop((row.environment.slug, endpoint.url), None)
            if pk is not None:
                origins.append(InstanceOrigin(instance_id=pk, discovered=row, by=endpoint.by[:300], noted_at=now))
    InstanceOrigin.objects.bulk_create(origins, ignore_conflicts=True)
