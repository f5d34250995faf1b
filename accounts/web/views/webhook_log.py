"""A webhook with the log of what was sent to it."""

import orjson
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.filters import DeliveryFilter
from accounts.models import DUE, Delivery
from accounts.notice_kinds import title_of
from accounts.permissions import Action
from accounts.usecases.send_again import send_again
from accounts.usecases.try_webhook import try_webhook
from accounts.web.lookup import visible_or_404
from accounts.web.places import team_crumbs
from accounts.web.views.webhooks import list_url, managed
from common.access import require
from common.errors import Conflict
from common.paging import bounded_count, page_of
from common.web.htmx import redirect, render
from common.web.paging import neighbours

PER_PAGE = 50


@require_safe
def detail(request: HttpRequest, webhook: str) -> HttpResponse:
    """What it is told, how it does, and each delivery with its payload, newest first."""
    found = managed(request, webhook)
    filters = DeliveryFilter(request.GET, Delivery.objects.visible_to(request.actor).filter(webhook=found))
    valid = filters.form.is_valid()
    rows = filters.qs if valid else filters.qs.none()
    page = page_of(rows, ordering=["-created_at", "-id"], limit=PER_PAGE, cursor=request.GET.get("cursor"))
    context = {
        "crumbs": team_crumbs(found.team, "Webhook") if found.team else _site_crumbs(),
        "webhook": found,
        "kinds": [title_of(kind) for kind in found.kinds],
        "filters": filters.form,
        "deliveries": [(one, _pretty(one), one.state in DUE) for one in page.items],
        "count": bounded_count(rows),
        **neighbours(request, page),
    }
    return render(request, "accounts/webhook.html", context, status=200 if valid else 422)


@require_POST
def test(request: HttpRequest, webhook: str) -> HttpResponse:
    found = managed(request, webhook)
    try:
        try_webhook(actor=request.actor, webhook=found, now=timezone.now())
        messages.success(request, "A test is on its way")
    except Conflict as conflict:
        messages.error(request, conflict.detail)
    return redirect(request, reverse("accounts:webhook", args=[webhook]))


@require_POST
def again(request: HttpRequest, delivery: str) -> HttpResponse:
    found = visible_or_404(Delivery.objects.select_related("webhook__team"), request.actor, public_id=delivery)
    require(request.actor, Action.WEBHOOK_MANAGE, found.webhook.team)
    try:
        send_again(actor=request.actor, delivery=found, now=timezone.now())
        messages.success(request, "The message is on its way again")
    except Conflict as conflict:
        messages.error(request, conflict.detail)
    return redirect(request, reverse("accounts:webhook", args=[found.webhook.public_id]))


def _site_crumbs() -> list[dict[str, str]]:
    return [{"title": "Webhooks of the site", "url": list_url(None)}, {"title": "Webhook"}]


def _pretty(delivery: Delivery) -> str:
    return orjson.dumps(delivery.payload, option=orjson.OPT_INDENT_2).decode()
