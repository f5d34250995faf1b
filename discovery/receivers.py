"""What discovery does when something of its own changed: it nudges the worker. A lost nudge is made good by beat."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from accounts.models import Team
from catalog.models import Domain, System
from catalog.signals import version_published
from discovery.fetching.drift import compare_again
from discovery.nudges import nudge_specifications
from discovery.rule_order import ask_for_judging
from discovery.signals import rules_changed, services_published
from discovery.tasks import apply_rules


@receiver(rules_changed, dispatch_uid="discovery.rules_changed")
def nudge_rules(**_: Any) -> None:
    apply_rules.delay()


@receiver(services_published, dispatch_uid="discovery.services_published")
def specifications_wait(has_specifications: bool, **_: Any) -> None:
    if has_specifications:
        nudge_specifications()


@receiver(version_published, dispatch_uid="discovery.version_published")
def running_documents_are_compared(api_id: int, **_: Any) -> None:
    """What is published may now be what runs."""
    if compare_again(api_id):
        nudge_specifications()


@receiver(post_save, sender=Team, dispatch_uid="discovery.team_saved")
@receiver(post_save, sender=Domain, dispatch_uid="discovery.domain_saved")
@receiver(post_save, sender=System, dispatch_uid="discovery.system_saved")
def names_changed(created: bool, sender: type, **_: Any) -> None:
    """A name that services have long given may mean something from now on; a system may have another owner."""
    if created or sender is System:
        ask_for_judging(timezone.now())
