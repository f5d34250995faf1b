"""What discovery leaves to the background, nudged by beat and by what people do; the rows say what is due."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from accounts.actor import system_actor
from discovery.models import Rejudging
from discovery.permissions import Action
from discovery.usecases.apply_rules import apply_rules as apply_rules_to


@shared_task
def apply_rules(**_: Any) -> None:
    """What is stored in the sources that are due is judged by the rules of now."""
    actor = system_actor("publication rules", Action.RULE_MANAGE)
    for source_id in Rejudging.objects.order_by("asked_at", "pk").values_list("source_id", flat=True):
        apply_rules_to(actor=actor, source_id=source_id, now=timezone.now())
