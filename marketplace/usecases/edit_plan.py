"""What a plan offers changes, for those who are on it too."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from catalog.changes import set_fields
from common.access import require
from common.errors import Conflict
from marketplace.models import LIVE, Plan, Subscription
from marketplace.permissions import Action
from marketplace.plans import PlanMetadata, lock_plans, plan_values, refuse_second_keyless, tell_gateways_of


def edit_plan(*, actor: Actor, plan: Plan, metadata: PlanMetadata, now: datetime) -> list[str]:
    """Give the plan this metadata and return the names of what changed; nothing is written when nothing did.

    New limits hold for its subscribers at once; new terms and another approval for those who ask from now on. Raises
    ``Invalid`` by field, and ``Conflict`` where its subscribers' keys would open nothing any more.
    """
    require(actor, Action.PLAN_MANAGE, plan.api)
    values = plan_values(metadata)
    with transaction.atomic():
        lock_plans(plan.api)
        # Also against those who are about to subscribe: their rows refer to this one.
        row = Plan.objects.select_related("api").select_for_update(of=("self",)).get(pk=plan.pk)
        difference = set_fields(row, values)
        if "authentication" in difference:
            _refuse_with_subscribers(row)
            if row.deprecated_at is None:
                refuse_second_keyless(row)
        if difference:
            row.save(update_fields=list(values))
            record(
                actor=actor,
                action="marketplace.plan.edited",
                obj=row,
                name=f"{row.api.slug} {row.slug}",
                team_id=row.api.owner_id,
                difference=difference,
                now=now,
            )
        if _concerns_gateways(difference):
            tell_gateways_of(row, now)
    plan.refresh_from_db()
    return sorted(difference)


def _refuse_with_subscribers(plan: Plan) -> None:
    if Subscription.objects.filter(plan=plan, state__in=LIVE).exists():
        raise Conflict("Applications are on this plan. Add another plan instead, and deprecate this one.")


def _concerns_gateways(difference: dict[str, Any]) -> bool:
    return any(field.startswith("requests_per_") or field == "authentication" for field in difference)
