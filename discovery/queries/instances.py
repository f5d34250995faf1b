"""Which instances of an API version discovery proposes."""

from collections.abc import Iterable, Iterator

from django.db.models import Q, QuerySet

from accounts.actor import Actor
from catalog.models import API, APIInstance, APIVersion
from catalog.querysets import visible
from catalog.questions import SeenAddress
from discovery.facts import seen_in
from discovery.instances import Instance, Reached, proposed, real_addresses
from discovery.models import DiscoveredService, Standing, State

PLACES_AT_MOST = 500
APIS_AT_MOST = 20
_SHOWN = (Standing.MATCHED, Standing.PUBLISHED, Standing.RETIRED)


def places_of_version(actor: Actor, version: APIVersion) -> list[DiscoveredService]:
    """The places of the services that provide the version, those that the actor may know of; one query.

    A place whose document was published as a version of the API is one of that version, every other one of the version
    that stands for the API.
    """
    rows = DiscoveredService.objects.filter(
        visible(actor, "service__"), service__provides=version.api_id, standing__in=_SHOWN
    )
    own = Q(specification_version=version)
    if version.api.current_version_id == version.pk:
        own |= Q(specification_version=None) | ~Q(specification_version__api=version.api_id)
    rows = rows.filter(own).select_related("source", "environment")
    return list(rows.order_by("environment__position", "source__name", "key")[:PLACES_AT_MOST])


def reached_by(rows: Iterable[DiscoveredService]) -> list[Reached]:
    """The addresses of the rows, which come with source and environment. No query."""
    return [
        Reached(
            row.environment.position,
            row.environment.slug,
            row.environment.title,
            row.source.name,
            endpoint,
            row.state in (State.MATCHED, State.PUBLISHED),
        )
        for row in rows
        for endpoint in real_addresses(seen_in(row))
    ]


def proposed_instances(actor: Actor, version: APIVersion) -> list[SeenAddress]:
    """What discovery proposes for the version, which comes with its API; two queries."""
    reached = reached_by(places_of_version(actor, version))
    return proposed(reached, instances_of(version))


def instances_of(version: APIVersion) -> list[Instance]:
    """The instances of the version with what is known of where they come from; one query."""
    return [_instance(row) for row in _with_origin(APIInstance.objects.filter(version=version))]


def _with_origin(rows: QuerySet[APIInstance]) -> QuerySet[APIInstance]:
    return rows.select_related("environment", "origin").order_by("pk")


def _instance(row: APIInstance) -> Instance:
    origin = getattr(row, "origin", None)
    by = origin.by if origin is not None else None
    return Instance(row.environment.position, row.environment.slug, row.environment.title, row.url, by)


def proposals_for(actor: Actor, row: DiscoveredService) -> list[tuple[APIVersion, list[SeenAddress]]]:
    """What the addresses of a discovered service are proposed as, for each API that its service provides and the actor
    may know of; three queries, none when it is no service's.

    The row comes with ``specification_version``. Gone instances are told on the pages of the APIs.
    """
    if row.service_id is None or row.standing not in _SHOWN:
        return []
    versions = list(_versions_of(actor, row))
    places = DiscoveredService.objects.filter(service=row.service_id, standing__in=_SHOWN)
    places = places.select_related("source", "environment").order_by("environment__position", "source__name", "key")
    reached = reached_by(places[:PLACES_AT_MOST]) if versions else []
    own = {one.key for one in reached_by([row])}
    instances: dict[int, list[Instance]] = {version.pk: [] for version in versions}
    for found in _with_origin(APIInstance.objects.filter(version__in=versions)) if versions else ():
        instances[found.version_id].append(_instance(found))
    found_ones = []
    for version in versions:
        seen = [one for one in proposed(reached, instances[version.pk]) if (one.environment, one.url) in own]
        if seen:
            found_ones.append((version, seen))
    return found_ones


def _versions_of(actor: Actor, row: DiscoveredService) -> Iterator[APIVersion]:
    """The version that its document was published as, and of every other API the one that stands for it."""
    apis = API.objects.visible_to(actor).filter(provided_by=row.service_id, current_version__isnull=False)
    published = row.specification_version
    for api in apis.select_related("current_version").order_by("slug")[:APIS_AT_MOST]:
        version = published if published is not None and published.api_id == api.pk else api.current_version
        version.api = api
        yield version
