"""The catalog as a whole: how much of it an actor may know of, from the counts that the writers keep."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Q, Sum

from accounts.actor import Actor
from catalog.models.search import FacetCount
from catalog.search.scope import scopes_of

Numbers = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Overview:
    """How many entries of each kind (``api``, ``operation``, ``service``, ``team``, ``domain``…) there are; the same by
    domain and by the actor's own teams, whose keys are ids. What has none is absent."""

    kinds: Numbers = field(default_factory=dict)
    domains: Mapping[int, Numbers] = field(default_factory=dict)
    own_teams: Mapping[int, Numbers] = field(default_factory=dict)


def overview(actor: Actor) -> Overview:
    """The figures of what the actor may know of; one query over the kept counts, no entry is read."""
    scopes = scopes_of(actor)
    own = [str(team) for team in actor.team_ids]
    counts = FacetCount.objects.filter(Q(facet__in=["kind", "domain"]) | Q(facet="owner", value__in=own))
    if scopes is not None:
        counts = counts.filter(scope__in=scopes)
    kinds: dict[str, int] = {}
    grouped: dict[str, dict[int, dict[str, int]]] = {"domain": {}, "owner": {}}
    sums = counts.order_by().values_list("facet", "value", "kind").annotate(Sum("number"))
    for facet, value, kind, number in sums.filter(number__sum__gt=0):
        if facet == "kind":
            kinds[kind] = kinds.get(kind, 0) + number
        else:
            grouped[facet].setdefault(int(value), {})[kind] = number
    return Overview(kinds, grouped["domain"], grouped["owner"])
