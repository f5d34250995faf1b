"""What discovery does when something of its own changed: it nudges the worker. A lost nudge is made good by beat."""

from typing import Any

from django.dispatch import receiver

from discovery.signals import rules_changed
from discovery.tasks import apply_rules


@receiver(rules_changed, dispatch_uid="discovery.rules_changed")
def nudge_rules(**_: Any) -> None:
    apply_rules.delay()
