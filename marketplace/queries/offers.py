"""What an API offers: its plans, which of its versions one can get access to, and who of the reader's has it."""

from django.db.models import QuerySet

from accounts.actor import Actor
from catalog.models import API, APIVersion, Lifecycle
from catalog.queries.versions import named
from catalog.versions import LATEST
from marketplace.coverage import covers
from marketplace.models import LIVE, Application, Plan, Subscription

#: Open to new subscribers: of a deprecated version, who has to move to its successor may need it until then.
OPEN_LIFECYCLES = (Lifecycle.PUBLISHED, Lifecycle.DEPRECATED)


def open_plans(api: API) -> QuerySet[Plan]:
    """The plans that take new subscribers, in their order."""
    return Plan.objects.filter(api=api, deprecated_at=None).order_by("position", "id")


def version_of(api: API, name: str = "") -> APIVersion | None:
    """The version of that name, without one the one that stands for the API; one query."""
    versions = APIVersion.objects.filter(named(name or LATEST), api=api).select_related("successor__api")
    found = versions.first()
    if found is not None:
        found.api = api
    return found


def subscriptions_covering(actor: Actor, version: APIVersion) -> QuerySet[Subscription]:
    """The live subscriptions of the actor's applications that open the version, or wait to, by application; one query
    for which versions do, and the rest is not read yet: a team may hold thousands."""
    versions = APIVersion.objects.filter(api=version.api_id).values_list("pk", "name")
    opening = [pk for pk, name in versions if covers(name, version.name)]
    mine = Application.objects.held_by(actor).filter(retired_at=None)
    live = Subscription.objects.filter(application__in=mine, api=version.api_id, version__in=opening, state__in=LIVE)
    return live.select_related("application__environment", "version", "plan").order_by("application__name", "pk")


def applications_without(actor: Actor, covering: QuerySet[Subscription], limit: int) -> list[Application]:
    """The actor's applications that have no access yet, by name; one query."""
    covered = covering.order_by().values("application")
    mine = Application.objects.held_by(actor).filter(retired_at=None).exclude(pk__in=covered)
    return list(mine.select_related("team", "person", "environment").order_by("name", "pk")[:limit])
