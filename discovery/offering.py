"""As which API a specification that lies beside a service is published, and what is said of it."""

from dataclasses import dataclass, field

from catalog.metadata import InstanceValue, PublishMetadata
from catalog.models import API, APIVersion, Service
from common.errors import PorticoError
from discovery.facts import seen_in
from discovery.instances import real_addresses
from discovery.models import DiscoveredService

INTERNET = "internet"


class NameTaken(PorticoError):
    """The name that the API would have is that of somebody else's."""

    status = 409
    code = "name-taken"
    title = "The name is taken"


@dataclass(frozen=True, slots=True)
class Offer:
    """The API's slug and what is said beside the document. ``known_version_id`` when the very same bytes are a version
    of it already and nothing is to be added."""

    api: str
    metadata: PublishMetadata = field(default_factory=PublishMetadata)
    known_version_id: int | None = None


def offer_of(row: DiscoveredService) -> Offer:
    """The offer for the row, which comes with its service and specification; a few queries. Raises ``NameTaken``.

    An API that exists keeps what is said of it: only this service and this place's addresses are added.
    """
    service, addresses = row.service, addresses_of(row)
    api = _api_of(row, service)
    if api is None:
        return Offer(service.slug, _metadata_of_new(service, addresses))
    known = api.versions.filter(specification__sha256=row.specification.sha256).order_by("pk").first()
    provides = service.provides.filter(pk=api.pk).exists()
    added = _added(known, addresses)
    if known is not None and provides and added is None:
        return Offer(api.slug, known_version_id=known.pk)
    metadata = PublishMetadata()
    if not provides:
        metadata["provided_by"] = sorted({*api.provided_by.values_list("slug", flat=True), service.slug})
    if added is not None:
        metadata["instances"] = added
    return Offer(api.slug, metadata)


def addresses_of(row: DiscoveredService) -> list[InstanceValue]:
    """Where the place can be reached from the internet by HTTP; an address that is a pattern is none."""
    found = real_addresses(seen_in(row))
    urls = dict.fromkeys(one.url for one in found if one.scope == INTERNET)
    return [InstanceValue(environment=row.environment.slug, url=url) for url in urls]


def _api_of(row: DiscoveredService, service: Service) -> API | None:
    """The API that the service provides already: the one its places published, the one of its name, or its only one.

    Otherwise the API of its name, if it belongs to the same team and no other team looks after the source; ``None``
    when there is none yet.
    """
    published = API.objects.filter(versions__in=service.places.values("specification_version")).distinct()
    provided = list(service.provides.order_by("slug")[:50])
    for choice in (
        list(published.order_by("slug")[:2]),
        [api for api in provided if api.slug == service.slug],
        provided,
    ):
        if len(choice) == 1:
            return choice[0]
    named = API.objects.filter(slug=service.slug).first()
    if named is not None and not _is_theirs(named, row, service):
        raise NameTaken(f"There is an API {named.slug} that {service.title} is not said to provide.")
    return named


def _is_theirs(named: API, row: DiscoveredService, service: Service) -> bool:
    """A publisher of another team may have made a service in their name, but not so a version of their API."""
    return (
        named.owner_id is not None
        and named.owner_id == service.owner_id
        and (row.source.owner_id in (None, named.owner_id))
    )


def _metadata_of_new(service: Service, addresses: list[InstanceValue]) -> PublishMetadata:
    return PublishMetadata(
        owner=service.owner.slug if service.owner else None,
        domain=service.domain.slug if service.domain else None,
        system=service.system.slug if service.system else None,
        visibility=service.visibility,
        provided_by=[service.slug],
        instances=addresses,
    )


def _added(known: APIVersion | None, addresses: list[InstanceValue]) -> list[InstanceValue] | None:
    """The whole list of the version's instances with these addresses, ``None`` when they are in it."""
    stored = known.instances.select_related("environment").order_by("pk") if known is not None else ()
    there = [InstanceValue(environment=one.environment.slug, url=one.url) for one in stored]
    new = [address for address in addresses if address not in there]
    return [*there, *new] if new else None
