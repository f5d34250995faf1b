"""Reading versions: their list, one of them, its document."""

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from accounts.actor import Actor
from catalog.models import API, APIInstance, APIVersion, VersionFinding
from catalog.querysets import visible
from catalog.versions import LATEST
from common.errors import NotFound

_LONG = ("description", "changelog", "servers", "security_schemes", "tags", "about")


def named(version: str, prefix: str = "") -> Q:
    """The condition on a version's name; ``latest`` is the one that stands for its API."""
    if version == LATEST:
        return Q(**{f"{prefix}pk": F(f"{prefix}api__current_version")})
    return Q(**{f"{prefix}name": version})


def with_may_see_successor(actor: Actor, versions: QuerySet[APIVersion]) -> QuerySet[APIVersion]:
    """The versions with ``may_see_successor``: whether the actor may know of the API their successor is one of."""
    successors = API.objects.visible_to(actor).filter(pk=OuterRef("successor__api"))
    return versions.annotate(may_see_successor=Exists(successors))


def versions_of(actor: Actor, api: str) -> QuerySet[APIVersion]:
    """The versions of a visible API without their long texts, each with ``may_see_successor``, for ordering by
    ``-sort_key``; nothing is read yet."""
    versions = APIVersion.objects.filter(visible(actor, "api__"), api__slug=api)
    versions = with_may_see_successor(actor, versions)
    return versions.select_related("api", "successor__api").defer(
        *_LONG, *(f"successor__{field}" for field in _LONG), "api__description"
    )


def version_detail(actor: Actor, api: str, version: str) -> APIVersion:
    """The version with its API, the API's owner, its successor, ``may_see_successor`` and its specification without
    the bytes, its ``instance_rows``, production first, and ``finding_rows``; three queries. Raises ``NotFound``."""
    environments = APIInstance.objects.select_related("environment")
    instances = environments.order_by("environment__position", "environment__slug", "url")
    return _one(
        with_may_see_successor(actor, _with_specification(actor, api, version))
        .defer("specification__compressed")
        .prefetch_related(
            Prefetch("instances", instances, to_attr="instance_rows"),
            Prefetch("findings", VersionFinding.objects.order_by("position"), to_attr="finding_rows"),
        )
    )


def specification_of(actor: Actor, api: str, version: str, *, known: str = "") -> APIVersion:
    """The version with its document. One query; with a SHA-256 that may be ``known`` two, or one that leaves the bytes.

    Raises ``NotFound``.
    """
    versions = _with_specification(actor, api, version)
    if not known:
        return _one(versions)
    found = _one(versions.defer("specification__compressed"))
    if found.specification.sha256 != known:
        found.specification.refresh_from_db(fields=["compressed"])
    return found


def _with_specification(actor: Actor, api: str, version: str) -> QuerySet[APIVersion]:
    versions = APIVersion.objects.filter(visible(actor, "api__"), named(version), api__slug=api)
    return versions.select_related("api__owner", "successor__api", "specification").defer(
        *(f"successor__{field}" for field in _LONG)
    )


def _one(versions: QuerySet[APIVersion]) -> APIVersion:
    found = versions.first()
    if found is None:
        raise NotFound
    return found


def require_visible(actor: Actor, api: str) -> API:
    """The API as far as a list below it needs it; one query. Raises ``NotFound``."""
    found = API.objects.visible_to(actor).filter(slug=api).only("slug", "title", "owner_id").first()
    if found is None:
        raise NotFound
    return found


def require_version(actor: Actor, api: str, version: str) -> APIVersion:
    """The version as far as a list below it needs it, with its API; one query. Raises ``NotFound``."""
    versions = APIVersion.objects.filter(visible(actor, "api__"), named(version), api__slug=api)
    return _one(versions.select_related("api").only("name", "api__slug", "api__title", "api__owner_id"))
