"""Webhooks of a team, and of the site: what there is, and what its maintainers change."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Team, Webhook
from accounts.permissions import Action
from accounts.usecases.add_webhook import add_webhook
from accounts.usecases.edit_webhook import edit_webhook
from accounts.usecases.remove_webhook import remove_webhook
from accounts.usecases.rotate_webhook_secret import rotate_webhook_secret
from accounts.web.lookup import visible_or_404
from accounts.web.notice_forms import EditWebhook
from accounts.web.places import administration_tabs, team_crumbs
from common.access import require
from common.paging import page_of
from common.web.forms import refusals_in
from common.web.htmx import redirect, render, render_form
from common.web.paging import neighbours

PER_PAGE = 50


@require_safe
def team_listing(request: HttpRequest, slug: str) -> HttpResponse:
    team = visible_or_404(Team.objects, request.actor, slug=slug)
    require(request.actor, Action.WEBHOOK_MANAGE, team)
    add_url = reverse("accounts:team-webhook-new", args=[slug])
    return _listing(request, team, {"crumbs": team_crumbs(team, "Webhooks"), "add_url": add_url})


@require_safe
def site_listing(request: HttpRequest) -> HttpResponse:
    require(request.actor, Action.WEBHOOK_MANAGE, None)
    return _listing(request, None, {**administration_tabs("webhook-list"), "add_url": reverse("accounts:webhook-new")})


@require_http_methods(["GET", "HEAD", "POST"])
def team_add(request: HttpRequest, slug: str) -> HttpResponse:
    team = visible_or_404(Team.objects, request.actor, slug=slug)
    require(request.actor, Action.WEBHOOK_MANAGE, team)
    return _add(request, team, {"crumbs": team_crumbs(team, "Add a webhook"), "cancel_url": list_url(team)})


@require_http_methods(["GET", "HEAD", "POST"])
def site_add(request: HttpRequest) -> HttpResponse:
    require(request.actor, Action.WEBHOOK_MANAGE, None)
    return _add(request, None, {"cancel_url": list_url(None)})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, webhook: str) -> HttpResponse:
    found = managed(request, webhook)
    form = EditWebhook(request.POST or None, initial={"url": found.url, "kinds": found.kinds})
    if form.is_valid():
        with refusals_in(form):
            edit_webhook(actor=request.actor, webhook=found, **form.cleaned_data, now=timezone.now())
            messages.success(request, "The webhook is saved")
            return redirect(request, _url(found))
    context = {"heading": "Edit the webhook", "cancel_url": _url(found), "submit": "Save"}
    return render_form(request, "accounts/webhook_form.html", context, form=form)


@require_POST
def switch(request: HttpRequest, webhook: str) -> HttpResponse:
    """Off when it is on, and on when it is off."""
    found = managed(request, webhook)
    edit_webhook(actor=request.actor, webhook=found, is_active=not found.is_active, now=timezone.now())
    messages.success(request, f"The webhook is switched {'on' if found.is_active else 'off'}")
    return redirect(request, _url(found))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_variables("secret")
def new_secret(request: HttpRequest, webhook: str) -> HttpResponse:
    found = managed(request, webhook)
    if request.method == "POST":
        secret = rotate_webhook_secret(actor=request.actor, webhook=found, now=timezone.now())
        return _secret(request, found, secret, is_new=False)
    context = {
        "heading": "Make a new secret?",
        "effect": "Both secrets sign for 24 hours, so that the receiver can change its own in between.",
        "action": "Make a new secret",
        "calm": True,
        "cancel_url": _url(found),
    }
    return render(request, "accounts/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, webhook: str) -> HttpResponse:
    found = managed(request, webhook)
    if request.method == "POST":
        remove_webhook(actor=request.actor, webhook=found, now=timezone.now())
        messages.success(request, "The webhook is removed")
        return redirect(request, list_url(found.team))
    context = {
        "heading": "Remove this webhook?",
        "effect": f"Nothing is sent to {found} any more, and its log goes.",
        "action": "Remove webhook",
        "cancel_url": _url(found),
    }
    return render(request, "accounts/confirm.html", context)


def managed(request: HttpRequest, webhook: str) -> Webhook:
    """The webhook that the reader may manage."""
    found = visible_or_404(Webhook.objects.select_related("team"), request.actor, public_id=webhook)
    require(request.actor, Action.WEBHOOK_MANAGE, found.team)
    return found


def list_url(team: Team | None) -> str:
    """Where the webhooks of the team, or of the site, are listed."""
    return reverse("accounts:team-webhook-list", args=[team.slug]) if team else reverse("accounts:webhook-list")


def _url(webhook: Webhook) -> str:
    return reverse("accounts:webhook", args=[webhook.public_id])


def _listing(request: HttpRequest, team: Team | None, context: dict[str, Any]) -> HttpResponse:
    visible = Webhook.objects.visible_to(request.actor).filter(team=team)
    page = page_of(visible, ordering=["-created_at", "-id"], limit=PER_PAGE, cursor=request.GET.get("cursor"))
    context |= {"team": team, "webhooks": page.items, **neighbours(request, page)}
    return render(request, "accounts/webhook_list.html", context)


@never_cache
@sensitive_variables("secret")
def _add(request: HttpRequest, team: Team | None, context: dict[str, Any]) -> HttpResponse:
    """The secret is in the answer to the form itself, which nothing keeps."""
    form = EditWebhook(request.POST or None)
    if form.is_valid():
        with refusals_in(form):
            webhook, secret = add_webhook(actor=request.actor, team=team, **form.cleaned_data, now=timezone.now())
            return _secret(request, webhook, secret, is_new=True)
    context |= {"heading": "Add a webhook", "team": team, "submit": "Add webhook"}
    return render_form(request, "accounts/webhook_form.html", context, form=form)


def _secret(request: HttpRequest, webhook: Webhook, secret: str, *, is_new: bool) -> HttpResponse:
    context = {"webhook": webhook, "secret": secret, "is_new": is_new, "webhook_url": _url(webhook)}
    return render(request, "accounts/webhook_secret.html", context)
