"""The audit trail as a page."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.filters import AuditFilter
from accounts.models import AuditEvent
from accounts.permissions import Action
from accounts.web.differences import worded
from accounts.web.places import administration_tabs
from common.access import can, require
from common.paging import bounded_count, page_of
from common.web.htmx import render
from common.web.paging import neighbours

PER_PAGE = 50


@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """Newest first: everything for administrators, one's own and one's teams' events otherwise."""
    require(request.actor, Action.AUDIT_READ)
    filters = AuditFilter(request.GET, AuditEvent.objects.visible_to(request.actor))
    valid = filters.form.is_valid()
    found = filters.qs if valid else filters.qs.none()
    page = page_of(found, ordering=["-at", "-id"], limit=PER_PAGE, cursor=request.GET.get("cursor"))
    context = {
        "filters": filters.form,
        "events": [(event, worded(event.difference)) for event in page.items],
        "count": bounded_count(found),
        **(administration_tabs("audit") if can(request.actor, Action.PEOPLE_MANAGE) else {}),
        **neighbours(request, page),
    }
    return render(request, "accounts/audit.html", context, status=200 if valid else 422)
