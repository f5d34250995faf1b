"""What discovery does after a decision is committed."""

from typing import Any

from django.dispatch import receiver

from discovery.nudges import nudge_specifications
from discovery.signals import services_published


@receiver(services_published, dispatch_uid="discovery.services_published")
def specifications_wait(has_specifications: bool, **_: Any) -> None:
    if has_specifications:
        nudge_specifications()
