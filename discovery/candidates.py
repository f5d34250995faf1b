"""Reads the catalog services that observations may be, and where they run already.

The number of queries does not depend on how much is judged, and of the catalog only services are read whose slug
occurs in what was observed.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import reduce
from operator import or_

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    Count,
    F,
    Field,
    Func,
    Min,
    Q,
    QuerySet,
    Value,
    When,
)

from catalog.models import Service
from discovery.facts import Spotted
from discovery.matching import FOLLOWING, KUBERNETES_ID, NAME_LABEL, Candidate, Known, Place
from discovery.models import DiscoveredService, Source, Standing

# A link of these standings is one that a person or a match made, and that still counts.
_LINKED = (Standing.MATCHED, Standing.PUBLISHED)


def load_known(source: Source, spotted: Collection[Spotted]) -> Known:
    """What these observations of this source may be matched with; three queries."""
    slugs = {slug for one in spotted for slug in _slugs(one)}
    identities = {one.seen.identity for one in spotted if one.seen.identity}
    found = Service.objects.filter(_among("slug", slugs, CharField())).values_list(
        "pk", "slug", "system_id", "domain_id"
    )
    services = {row[1]: Candidate(*row) for row in found}
    same_software: dict[str, list[Place]] = defaultdict(list)
    for place in _places(source, DiscoveredService.objects.filter(_among("identity", identities, CharField()))):
        same_software[place.identity].append(place)
    running: dict[int, list[Place]] = defaultdict(list)
    ids = {service.id for service in services.values()}
    for place in _places(source, DiscoveredService.objects.filter(_among("service_id", ids, BigIntegerField()))):
        running[place.service_id].append(place)
    return Known(services, same_software, running)


def _slugs(spotted: Spotted) -> Iterable[str]:
    seen = spotted.seen
    named = (
        seen.annotations.get(KUBERNETES_ID),
        seen.labels.get(KUBERNETES_ID),
        seen.labels.get(NAME_LABEL),
        seen.name,
    )
    return (slug.lower() for slug in named if slug)


def _places(source: Source, rows: QuerySet[DiscoveredService]) -> Iterable[Place]:
    """The linked ones of these rows, those that are alike as one; the source's own kept apart from the others.

    A link that only follows another place is left out, so that no two places hold each other up.
    """
    follows = reduce(or_, (Q(match_reason__startswith=beginning) for beginning in FOLLOWING))
    grounded = Q(standing=Standing.PUBLISHED) | Q(is_pinned=True) | ~follows
    own = Case(When(source=source, then=Value(True)), default=Value(False), output_field=BooleanField())
    alike = ("service_id", "service__system_id", "proposed_system_id", "identity", "namespace", "is_own")
    linked = rows.filter(grounded, service__isnull=False, standing__in=_LINKED).annotate(is_own=own)
    for row in linked.values(*alike).annotate(count=Count("pk"), key=Min("key"), place=Min("source__name")).order_by():
        systems = {row["service__system_id"], row["proposed_system_id"]} - {None}
        is_alone = row["is_own"] and row["count"] == 1
        yield Place(
            service_id=row["service_id"],
            source=row["place"],
            namespace=row["namespace"],
            identity=row["identity"],
            systems=frozenset(systems),
            only_key=row["key"] if is_alone else "",
        )


def _among(column: str, values: Collection[str] | Collection[int], base: Field) -> Func:
    """The column is one of the values: one parameter, however many there are."""
    array = Value(sorted(values), output_field=ArrayField(base))
    return Func(F(column), array, arg_joiner=" = ANY(", template="%(expressions)s)", output_field=BooleanField())
