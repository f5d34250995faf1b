"""A plan takes no new subscribers."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from common.access import require
from marketplace.models import Authentication, Plan
from marketplace.permissions import Action
from marketplace.plans import lock_plans, tell_gateways_of
from marketplace.signals import plan_deprecated, tell


def deprecate_plan(*, actor: Actor, plan: Plan, now: datetime) -> None:
    """Nobody gets on the plan any more; who is on it stays. Where it let calls in without a key they end when no
    application is on it, and go on as long as one is. Nothing changes when it is deprecated already."""
    require(actor, Action.PLAN_MANAGE, plan.api)
    with transaction.atomic():
        lock_plans(plan.api)
        row = Plan.objects.select_related("api").select_for_update(of=("self",)).get(pk=plan.pk)
        if row.deprecated_at is None:
            row.deprecated_at = now
            row.save(update_fields=["deprecated_at"])
            record(
                actor=actor,
                action="marketplace.plan.deprecated",
                obj=row,
                name=f"{row.api.slug} {row.slug}",
                team_id=row.api.owner_id,
                now=now,
            )
            tell(plan_deprecated, plan_id=row.pk)
            if row.authentication == Authentication.KEYLESS:
                tell_gateways_of(row, now)
    plan.refresh_from_db()
