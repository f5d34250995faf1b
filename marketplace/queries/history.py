"""What was done to an application and all that belongs to it, as the audit trail has it."""

from django.db.models import Q, QuerySet

from accounts.models import AuditEvent
from marketplace.models import AccessRequest, Application, Credential, Subscription


def history_of(application: Application) -> QuerySet[AuditEvent]:
    """The events of the application, its subscriptions, requests and keys, for ordering by ``-at``; for its holders."""
    subscriptions = Subscription.objects.filter(application=application).values("pk")
    requests = AccessRequest.objects.filter(subscription__application=application).values("pk")
    keys = Credential.objects.filter(subscription__application=application).values("pk")
    about = (("application", [application.pk]), ("subscription", subscriptions), ("accessrequest", requests))
    condition = Q(object_type="credential", object_id__in=keys)
    for kind, ids in about:
        condition |= Q(object_type=kind, object_id__in=ids)
    return AuditEvent.objects.filter(condition)
