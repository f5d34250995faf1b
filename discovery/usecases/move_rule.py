"""Changing which publication rule is asked first."""

from datetime import datetime
from typing import Literal

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from common.access import require
from discovery.models import PublicationRule
from discovery.permissions import Action
from discovery.rule_order import STEP, ask_for_judging, lock_rules

Direction = Literal["up", "down"]


def move_rule(*, actor: Actor, rule: PublicationRule, direction: Direction, now: datetime) -> bool:
    """Whether the rule changed places with its neighbour; the first cannot go up, nor the last down. Raises
    ``Denied``."""
    require(actor, Action.RULE_MANAGE)
    with transaction.atomic():
        lock_rules()
        rules = list(PublicationRule.objects.order_by("position", "pk"))
        place = next((number for number, other in enumerate(rules) if other.pk == rule.pk), None)
        target = None if place is None else place + (1 if direction == "down" else -1)
        if place is None or target not in range(len(rules)):
            return False
        rules[place], rules[target] = rules[target], rules[place]
        _number(rules)
        difference = {"place": (place + 1, target + 1)}
        record(actor=actor, action="discovery.rule.moved", obj=rule, name=rule.name, difference=difference, now=now)
        ask_for_judging(now)
    return True


def _number(rules: list[PublicationRule]) -> None:
    """Positions that grow in this order; those that are right already stay."""
    moved = []
    for number, rule in enumerate(rules, start=1):
        if rule.position != number * STEP:
            rule.position = number * STEP
            moved.append(rule)
    PublicationRule.objects.bulk_update(moved, ["position"])
