"""A new offer on an API."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from accounts.actor import Actor
from accounts.audit import record
from catalog.changes import validate
from catalog.models import API
from common.access import require
from common.errors import Conflict
from common.slugs import slug_of
from marketplace.models import Authentication, Plan
from marketplace.permissions import Action
from marketplace.plans import (
    PLANS_AT_MOST,
    PlanMetadata,
    limits_of,
    lock_plans,
    plan_values,
    refuse_second_keyless,
    tell_gateways_of,
)


def create_plan(*, actor: Actor, api: API, metadata: PlanMetadata, slug: str = "", now: datetime) -> Plan:
    """A plan on the API, which comes last unless it has a position; its slug is made from its name unless given.

    With a plan without a key everybody may call the API from now on, within its limits; an API has one of them at
    most. Raises ``Invalid`` by field and ``Conflict`` when the slug is taken.
    """
    require(actor, Action.PLAN_MANAGE, api)
    values = plan_values({"name": "", **metadata})
    plan = Plan(api=api, slug=slug or slug_of(values["title"], "plan"), created_at=now, **values)
    validate(plan, ["slug", *values])
    try:
        with transaction.atomic():
            lock_plans(api)
            _refuse_too_many(api)
            refuse_second_keyless(plan)
            if "position" not in values:
                last = Plan.objects.filter(api=api).aggregate(last=Max("position"))["last"]
                plan.position = 0 if last is None else min(last + 1, 32_767)
            plan.save()
            record(
                actor=actor,
                action="marketplace.plan.created",
                obj=plan,
                name=f"{api.slug} {plan.slug}",
                team_id=api.owner_id,
                difference={
                    "approval": ("", plan.approval),
                    "authentication": ("", plan.authentication),
                    "limits": ([], limits_of(plan)),
                },
                now=now,
            )
            if plan.authentication == Authentication.KEYLESS:
                tell_gateways_of(plan, now)
    except IntegrityError:
        raise Conflict(f"There is a plan “{plan.slug}” on {api.title} already.") from None
    return plan


def _refuse_too_many(api: API) -> None:
    if Plan.objects.filter(api=api).count() >= PLANS_AT_MOST:
        raise Conflict(f"{api.title} has {PLANS_AT_MOST} plans already. Change one of them.")
