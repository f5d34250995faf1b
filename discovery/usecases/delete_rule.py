"""Removing a publication rule."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from common.access import require
from discovery.models import PublicationRule
from discovery.permissions import Action
from discovery.rule_order import ask_for_judging, lock_rules


def delete_rule(*, actor: Actor, rule: PublicationRule, now: datetime) -> None:
    """The rule is gone. What it published stays; what it ignored returns to the inbox in the background. Raises
    ``Denied``."""
    require(actor, Action.RULE_MANAGE)
    with transaction.atomic():
        lock_rules()
        difference = {"selector": (rule.selector, None), "action": (rule.action, None)}
        record(actor=actor, action="discovery.rule.deleted", obj=rule, name=rule.name, difference=difference, now=now)
        rule.delete()
        ask_for_judging(now)
