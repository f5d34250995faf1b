"""What every change of the rules has in common: one after the other, noted, and applied to what is stored."""

from datetime import datetime
from functools import partial

from django.db import transaction

from common.locks import lock_until_commit
from discovery.models import PublicationRule, Rejudging, Source
from discovery.signals import rules_changed

STEP = 10


def lock_rules() -> None:
    """Hold the order of the rules until commit."""
    lock_until_commit("discovery.rules")


def last_position() -> int:
    """The position after all rules; one query."""
    last = PublicationRule.objects.order_by("-position").values_list("position", flat=True).first()
    return STEP if last is None else last + STEP


def ask_for_judging(now: datetime) -> None:
    """Every source is to be judged again by the rules and names as they will be at commit, from the beginning."""
    due = [
        Rejudging(source_id=source, asked_at=now)
        for source in Source.objects.order_by("pk").values_list("pk", flat=True)
    ]
    if not due:
        return
    Rejudging.objects.bulk_create(
        due, update_conflicts=True, unique_fields=["source"], update_fields=["asked_at", "after_id"]
    )
    transaction.on_commit(partial(rules_changed.send_robust, PublicationRule))
