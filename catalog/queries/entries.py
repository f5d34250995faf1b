"""Reading APIs and services, one or few at a time."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.actor import Actor
from accounts.models import Team
from catalog.models import API, APIVersion, DocumentationPage, Domain, Lifecycle, Service, System
from catalog.queries.lists import lists_of
from catalog.queries.versions import with_may_see_successor
from catalog.querysets import visible
from catalog.questions import places_of
from common.errors import NotFound


@dataclass(frozen=True, slots=True)
class Entries:
    """The first entries of a domain, a system or a team, by title."""

    apis: list[API]
    services: list[Service]


def api_detail(actor: Actor, slug: str) -> API:
    """The API with owner, domain, system and ``version_name``, and as lists of values ``tag_names``, ``link_values``,
    ``page_values``, ``provider_values`` and ``consumer_values``; two queries. Raises ``NotFound``."""
    return _with_lists(actor, API.objects.annotate(version_name=F("current_version__name")), slug)


def service_detail(actor: Actor, slug: str) -> Service:
    """The service with owner, domain and system, and as lists of values ``tag_names``, ``link_values``,
    ``page_values``, ``provides_values``, ``consumes_values``, ``depends_on_values`` and ``depended_on_by_values``; two
    queries. As ``place_values`` where it runs, ``None`` when that is not known. Raises ``NotFound``."""
    service = _with_lists(actor, Service.objects, slug)
    places = places_of.ask(actor, [service.pk])
    service.place_values = places[service.pk] if places is not None else None
    return service


def editable(actor: Actor, model: type[API | Service], slug: str) -> API | Service:
    """The entry as a row for a use case to change, with owner, domain and system; one query. Raises ``NotFound``."""
    return _one(model.objects.visible_to(actor).select_related("owner", "domain", "system").filter(slug=slug))


def page_of_entry(actor: Actor, model: type[API | Service], entry: str, page: str) -> DocumentationPage:
    """The documentation page with its API or service; one query. Raises ``NotFound``."""
    column = model._meta.model_name
    pages = DocumentationPage.objects.filter(visible(actor, f"{column}__"), slug=page, **{f"{column}__slug": entry})
    return _one(pages.select_related(column))


def with_tag_names(entries: QuerySet) -> QuerySet:
    """The entries with owner, domain and system and their tags as ``tag_names``, in the same query."""
    through = entries.model.tags.through
    column = entries.model._meta.model_name
    tags = through.objects.filter(**{f"{column}_id": OuterRef("pk")}).order_by("tag__name").values("tag__name")
    return entries.select_related("owner", "domain", "system").annotate(tag_names=ArraySubquery(tags))


def entries_of(
    actor: Actor,
    *,
    owner: Team | None = None,
    domain: Domain | None = None,
    system: System | None = None,
    limit: int = 50,
) -> Entries:
    """The first ``limit`` APIs and services that belong to what is given, retired ones left out; two queries."""
    wanted = {name: row for name, row in (("owner", owner), ("domain", domain), ("system", system)) if row is not None}
    apis, services = (
        list(
            with_tag_names(model.objects.visible_to(actor).filter(**wanted))
            .exclude(lifecycle=Lifecycle.RETIRED)
            .order_by("title", "pk")[:limit]
        )
        for model in (API, Service)
    )
    return Entries(apis, services)


def newly_published(actor: Actor, limit: int = 10) -> list[API]:
    """The APIs whose current version was published last, newest first, with that version, their owner and whether it
    is the API's only version as ``is_first_version``; one query."""
    others = APIVersion.objects.filter(api=OuterRef("pk")).exclude(pk=OuterRef("current_version"))
    apis = API.objects.visible_to(actor).filter(lifecycle=Lifecycle.PUBLISHED, published_at__isnull=False)
    newest = apis.select_related("owner", "current_version").annotate(is_first_version=~Exists(others))
    shown = ("name", "changelog", "operation_count")
    fields = (
        "slug",
        "title",
        "published_at",
        "owner__slug",
        "owner__title",
        *(f"current_version__{name}" for name in shown),
    )
    return list(newest.only(*fields).order_by("-published_at", "-pk")[:limit])


def next_sunsets(actor: Actor, since: date, limit: int = 10) -> list[APIVersion]:
    """The deprecated versions whose sunset comes next, from ``since`` on.

    Each with its API, the API's owner, its successor and the successor's API, and as ``may_see_successor`` whether the
    actor may know of that; one query, which reads the rest only of those it returns.
    """
    next_ones = (
        APIVersion.objects.filter(visible(actor, "api__"), lifecycle=Lifecycle.DEPRECATED, sunset_on__gte=since)
        .order_by("sunset_on", "-pk")
        .values("pk")[:limit]
    )
    versions = with_may_see_successor(actor, APIVersion.objects.filter(pk__in=next_ones))
    shown = versions.select_related("api__owner", "successor__api").only(
        "name",
        "sunset_on",
        "api__slug",
        "api__title",
        "api__owner__title",
        "successor__name",
        "successor__api__slug",
        "successor__api__title",
    )
    return list(shown.order_by("sunset_on", "-pk"))


def _with_lists(actor: Actor, entries: QuerySet, slug: str) -> Any:
    visible_entries = entries.filter(visible(actor), slug=slug)
    entry = _one(visible_entries.select_related("owner", "domain", "system"))
    for name, values in lists_of(actor, entry).items():
        setattr(entry, name, values)
    return entry


def _one(queryset: QuerySet) -> Any:
    found = queryset.first()
    if found is None:
        raise NotFound
    return found
