"""Creating and changing a publication rule."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.actor import Actor
from accounts.audit import record
from catalog.changes import validate
from common.access import require
from common.errors import Conflict
from discovery.fetching.drift import publish_drift_of
from discovery.models import PublicationRule
from discovery.permissions import Action
from discovery.rule_order import ask_for_judging, lock_rules
from discovery.rule_values import set_rule

RULES_AT_MOST = 200


def save_rule(*, actor: Actor, rule: PublicationRule, metadata: Mapping[str, Any], now: datetime) -> list[str]:
    """Make the rule say this, creating it when it is new, and return the names of the fields that changed.

    ``metadata`` is a ``RuleMetadata``. A new rule comes last unless it has a position. What is stored is judged again
    in the background. Raises ``Denied``, ``Invalid`` by field and ``Conflict`` when the name is taken.
    """
    require(actor, Action.RULE_MANAGE)
    is_new = rule.pk is None
    difference = set_rule(rule, metadata, actor)
    if is_new:
        validate(rule, ["name"])
    elif not difference:
        return []
    try:
        with transaction.atomic():
            lock_rules()
            if is_new:
                _refuse_too_many()
                rule.created_at, rule.created_by = now, actor.name[:200]
            rule.save()
            record(
                actor=actor,
                action=f"discovery.rule.{'created' if is_new else 'edited'}",
                obj=rule,
                name=rule.name,
                difference=difference,
                now=now,
            )
            if "publishes_drafts" in difference and rule.publishes_drafts:
                publish_drift_of(rule)
            ask_for_judging(now)
    except IntegrityError:
        raise Conflict(f"The name {rule.name} is taken.") from None
    return sorted(difference)


def _refuse_too_many() -> None:
    if PublicationRule.objects.count() >= RULES_AT_MOST:
        raise Conflict(f"There are {RULES_AT_MOST} rules already. Change one, or delete one first.")
