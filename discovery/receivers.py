"""What discovery does when something of its own changed: it nudges the worker. A lost nudge is made good by beat."""

from typing import Any

from django.dispatch import receiver

from discovery.nudges import nudge_specifications
from discovery.signals import rules_changed, services_published
from discovery.tasks import apply_rules


@receiver(rules_changed, dispatch_uid="discovery.rules_changed")
def nudge_rules(**_: Any) -> None:
    apply_rules.delay()


@receiver(services_published, dispatch_uid="discovery.services_published")
def specifications_wait(has_specifications: bool, **_: Any) -> None:
    if has_specifications:
        nudge_specifications()
