"""What the inbox is narrowed by, in both doors."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django.db.models import Model, Q, QuerySet, Subquery

from accounts.actor import Actor, anonymous
from accounts.models import Team
from catalog.models import Domain, Environment, Service
from catalog.querysets import visible
from discovery.connectors.base import CALLERS, EXPOSURES, MESH_STATES, MTLS_MODES
from discovery.models import PRESENT, DiscoveredService, Source, SpecificationOutcome, State

SPECIFICATIONS = [("none", "None"), *[choice for choice in SpecificationOutcome.choices if choice[0]]]
NOBODY = "none"
#: What is asked for in place of an empty word: nobody knows it, or nobody works it out.
UNKNOWN = "unknown"
#: In the mesh, whichever way.
IN_MESH = "in"
_MESH_TITLES = {"sidecar": "Sidecar", "ambient": "Ambient", "outside": "Outside the mesh"}
_CALLER_TITLES = {"anyone": "Anyone may call", "limited": "Some may call", "nobody": "Nobody may call"}
_MODE_TITLES = {"disabled": "off"}
# Each says what it is about: a select that shows what is chosen has no other words.
MESHES = [
    (IN_MESH, "In the mesh"),
    *((state, _MESH_TITLES[state]) for state in MESH_STATES if state),
    (UNKNOWN, "Mesh not known"),
]
MTLS = [*((mode, f"mTLS {_MODE_TITLES.get(mode, mode)}") for mode in MTLS_MODES if mode), (UNKNOWN, "mTLS not known")]
CALLED_BY = [*((who, _CALLER_TITLES[who]) for who in CALLERS if who), (UNKNOWN, "Callers not known")]
OPENNESS = [
    ("true", "No authentication"),
    ("false", "Inside or authenticated"),
    (UNKNOWN, "Authentication not known"),
]
_OPEN = {"true": Q(is_open=True), "false": Q(is_open=False), UNKNOWN: Q(is_open=None)}
# Below this many characters a trigram finds nothing.
TRIGRAM = 3


def id_of(rows: QuerySet) -> Subquery:
    """The id of the row of a unique name, as one value: with it, and not with a join, an index gives the order."""
    return Subquery(rows.values("pk")[:1])


def owned_by(value: str, actor: Actor) -> Q:
    """By the slug of a team, or ``none``. The catalog's word counts where there is one; before that, the proposal's."""
    team = None if value == NOBODY else id_of(Team.objects.filter(slug=value))
    return _said_of("owner", team, actor)


def specified(value: str) -> Q:
    return Q(specification_outcome="" if value == NOBODY else value)


def in_domain(value: str, actor: Actor) -> Q:
    """By the slug of a domain, or ``none``. The catalog's word counts where there is one, as with owners."""
    domain = None if value == NOBODY else id_of(Domain.objects.filter(slug=value))
    return _said_of("domain", domain, actor)


def _said_of(field: str, wanted: Subquery | None, actor: Actor) -> Q:
    """Of a service that the actor may not know of nothing is said, so that no filter tells whose it is."""
    known = visible(actor)
    if wanted is None:
        nobodys = Service.objects.filter(Q(**{field: None}) | ~known).values("pk")
        return Q(**{"service": None, f"proposed_{field}": None}) | Q(service_id__in=nobodys)
    theirs = Service.objects.filter(known, **{f"{field}_id": wanted}).values("pk")
    return Q(**{"service": None, f"proposed_{field}_id": wanted}) | Q(service_id__in=theirs)


def protected(field: str, value: str) -> Q:
    """By a word of posture; ``in`` the mesh is any way of being in it, ``unknown`` the empty word.

    What is outside the mesh has nothing that the mesh enforces, which is no lack of knowledge.
    """
    if field == "mesh" and value == IN_MESH:
        return Q(mesh__in=("sidecar", "ambient"))
    if field != "mesh" and value == UNKNOWN:
        return Q(**{field: ""}) & ~Q(mesh="outside")
    return Q(**{field: "" if value == UNKNOWN else value})


class PostureFilter(django_filters.ChoiceFilter):
    """One word of how the mesh protects a discovered service."""

    def filter(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.filter(protected(self.field_name, value)) if value else queryset


class NameFilter(django_filters.CharFilter):
    """A row that a discovered service belongs to, by its unique name."""

    def __init__(self, model: type[Model], lookup: str, **options: object) -> None:
        super().__init__(**options)
        self.model_named, self.lookup = model, lookup

    def filter(self, queryset: QuerySet, value: str) -> QuerySet:
        if not value:
            return queryset
        return queryset.filter(
            **{f"{self.field_name}_id": id_of(self.model_named.objects.filter(**{self.lookup: value}))}
        )


class DiscoveredServiceFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(
        method="matching",
        label="Search",
        max_length=200,
        help_text="Part of the name, the namespace or a label; fewer than three letters begin the name.",
    )
    state = django_filters.ChoiceFilter(choices=State.choices, label="State", empty_label="Any state")
    source = NameFilter(Source, "name", field_name="source", label="Source", help_text="Name of a source.")
    environment = NameFilter(
        Environment, "slug", field_name="environment", label="Environment", help_text="Slug of an environment."
    )
    namespace = django_filters.CharFilter(label="Namespace", help_text="The whole namespace.")
    name = django_filters.CharFilter(label="Name", help_text="The whole name.")
    exposure = django_filters.ChoiceFilter(
        choices=[(level, level.capitalize()) for level in EXPOSURES], label="Exposure", empty_label="Any exposure"
    )
    owner = django_filters.CharFilter(
        method="owned_by",
        label="Owner",
        help_text="Slug of the team that owns the service, or that is proposed; none: no team at all.",
    )
    service = django_filters.CharFilter(method="of_service", label="Service", help_text="Slug in the catalog.")
    specification = django_filters.ChoiceFilter(
        method="specified", choices=SPECIFICATIONS, label="Specification", empty_label="Any"
    )
    domain = django_filters.CharFilter(
        method="of_domain",
        label="Domain",
        max_length=200,
        help_text="Slug of the domain that the service is in, or that is proposed; none: no domain at all.",
    )
    mesh = PostureFilter(
        choices=MESHES, label="Mesh", empty_label="Any", help_text="in: by a sidecar or ambient; unknown: not read."
    )
    mtls = PostureFilter(
        choices=MTLS,
        label="mTLS",
        empty_label="Any",
        help_text="The mode in force; mixed: not the same everywhere; unknown: in the mesh, but not read or evaluated.",
    )
    callers = PostureFilter(
        choices=CALLED_BY, label="Callers", empty_label="Any", help_text="Whom the policies let in."
    )
    open = django_filters.ChoiceFilter(
        method="opened",
        choices=OPENNESS,
        label="Open",
        empty_label="Open or not",
        help_text="true: reached from the internet, with nothing on the way that requires authentication.",
    )
    present = django_filters.ChoiceFilter(
        method="there",
        choices=[("true", "There"), ("false", "Gone or set aside")],
        label="Present",
        empty_label="There or not",
        help_text="true: new, matched or published; false: missing, ignored or retired.",
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *args: Any, actor: Actor | None = None, **options: Any
    ) -> None:
        """``actor`` is who asks, taken from the request where there is one."""
        # Only what is asked for: copying all filters and making a field of each takes longer than filtering.
        self.base_filters = {name: one for name, one in type(self).base_filters.items() if name in (data or {})}
        super().__init__(data, *args, **options)
        self._actor = actor or (self.request.actor if self.request is not None else anonymous())

    class Meta:
        model = DiscoveredService
        fields = [
            "search", "state", "source", "environment", "namespace", "name", "exposure", "owner", "service",
            "specification", "domain", "mesh", "mtls", "callers", "open", "present",
        ]  # fmt: skip

    def matching(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        words = value.lower()
        if len(words) < TRIGRAM:
            return queryset.filter(name__startswith=words)
        return queryset.filter(search_text__contains=words)

    def owned_by(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        return queryset.filter(owned_by(value, self._actor))

    def of_service(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        known = Service.objects.visible_to(self._actor)
        return queryset.filter(service_id=id_of(known.filter(slug=value)))

    def specified(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        return queryset.filter(specified(value))

    def of_domain(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        return queryset.filter(in_domain(value, self._actor))

    def opened(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        return queryset.filter(_OPEN[value])

    def there(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        there = Q(state__in=PRESENT)
        return queryset.filter(there if value == "true" else ~there)
