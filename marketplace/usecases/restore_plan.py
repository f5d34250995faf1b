"""A deprecated plan is offered again."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from common.access import require
from marketplace.models import Authentication, Plan
from marketplace.permissions import Action
from marketplace.plans import lock_plans, refuse_second_keyless, tell_gateways_of


def restore_plan(*, actor: Actor, plan: Plan, now: datetime) -> None:
    """Applications may get on the plan as before. Nothing changes when it is not deprecated.

    Raises ``Conflict`` when calls without a key come under another plan by now.
    """
    require(actor, Action.PLAN_MANAGE, plan.api)
    with transaction.atomic():
        lock_plans(plan.api)
        row = Plan.objects.select_related("api").select_for_update(of=("self",)).get(pk=plan.pk)
        if row.deprecated_at is not None:
            refuse_second_keyless(row)
            row.deprecated_at = None
            row.save(update_fields=["deprecated_at"])
            record(
                actor=actor,
                action="marketplace.plan.restored",
                obj=row,
                name=f"{row.api.slug} {row.slug}",
                team_id=row.api.owner_id,
                now=now,
            )
            if row.authentication == Authentication.KEYLESS:
                tell_gateways_of(row, now)
    plan.refresh_from_db()
