from accounts.filters import AuditFilter
from accounts.models import AuditEvent
from accounts.permissions import Action
from accounts.rest.serializers import AuditEventSerializer
from common.rest.views import ListView


class AuditEventListView(ListView):
    """Who did what, newest first: all for administrators, one's own and one's teams' otherwise."""

    actions = {"GET": Action.AUDIT_READ}
    queryset = AuditEvent.objects.all()
    serializer_class = AuditEventSerializer
    filterset_class = AuditFilter
    orderings = {"-at": ("-at", "-id"), "at": ("at", "id")}
