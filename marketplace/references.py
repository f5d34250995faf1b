"""Names to rows, as every door is given them, or what is unknown, field by field."""

from django.db.models import Q

from accounts.actor import Actor
from catalog.models import API, APIVersion
from catalog.queries.versions import named
from common.errors import Invalid
from marketplace.models import Application, Plan

_NAMED_AT_MOST = 5


def application_named(actor: Actor, name: str) -> Application:
    """The application of that id, or the only one of that name that the actor holds and that is not retired."""
    rows = Application.objects.select_related("team", "person", "environment")
    found = rows.visible_to(actor).filter(public_id=name).first()
    if found is not None:
        return found
    held = rows.visible_to(actor) if actor.is_administrator else rows.held_by(actor)
    several = list(held.filter(name__iexact=name, retired_at=None).order_by("pk")[:_NAMED_AT_MOST])
    if not several:
        raise Invalid({"application": f"There is no application “{name}” of yours."})
    if len(several) > 1:
        choice = ", ".join(f"{one.public_id} ({one.holder}, {one.environment.slug})" for one in several)
        raise Invalid({"application": f"Several applications are called so. Give the id: {choice}."})
    return several[0]


def api_named(actor: Actor, slug: str) -> API:
    api = API.objects.visible_to(actor).select_related("owner").filter(slug=slug).first()
    if api is None:
        raise Invalid({"api": f"There is no API “{slug}”."})
    return api


def version_named(api: API, name: str) -> APIVersion:
    """The version of that name; ``latest`` is the one that stands for its API."""
    version = APIVersion.objects.filter(named(name), api=api).select_related("api__owner", "successor").first()
    if version is None:
        raise Invalid({"version": f"{api.title} has no version “{name}”."})
    return version


def plan_named(api: API, name: str) -> Plan:
    """The plan of that slug or id."""
    plan = Plan.objects.filter(Q(slug=name) | Q(public_id=name), api=api).select_related("api").first()
    if plan is None:
        raise Invalid({"plan": f"{api.title} has no plan “{name}”."})
    return plan
