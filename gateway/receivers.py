"""What gateways hear of when others change what their work follows from, in the transaction that changes it."""

from typing import Any

from django.db.models import ProtectedError
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils import timezone

from catalog.models import Environment
from catalog.signals import version_turned
from gateway.models import Gateway, InForce, Route, Subject
from marketplace.generations import advance


@receiver(pre_delete, sender=Route, dispatch_uid="gateway.route_deleted")
def a_route_goes(instance: Route, **_: Any) -> None:
    """With its instance, version or environment, or by itself."""
    InForce.objects.filter(subject=Subject.ROUTE, object_id=instance.pk).delete()
    advance([instance.api_id], timezone.now())


@receiver(pre_delete, sender=Environment, dispatch_uid="gateway.environment_deleted")
def an_environment_goes(instance: Environment, **_: Any) -> None:
    """Not while a gateway names it: the gateway that named no other would carry all environments from then on."""
    naming = set(Gateway.objects.filter(environments=instance))
    if naming:
        raise ProtectedError("Gateways name this environment.", naming)


@receiver(version_turned, dispatch_uid="gateway.version_turned")
def a_version_turns(version_id: int, api_id: int, **_: Any) -> None:
    """Retired versions are not served, and are again when they come back."""
    if Route.objects.filter(instance__version_id=version_id).exists():
        advance([api_id], timezone.now())
