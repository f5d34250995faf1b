"""One's own tokens, a team's, and revoking either."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import ApiToken, Team, User
from accounts.permissions import Action
from accounts.usecases.create_token import create_token
from accounts.usecases.revoke_token import revoke_token
from accounts.web.forms import CreateToken
from accounts.web.lookup import visible_or_404
from accounts.web.places import profile_tabs, team_crumbs
from common.access import require
from common.paging import page_of
from common.web.forms import refusals_in
from common.web.htmx import redirect, render, render_form
from common.web.paging import neighbours

PER_PAGE = 50


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    require(request.actor, Action.TOKEN_CREATE, request.user)
    context = {**profile_tabs("token-list"), **_page(request, ApiToken.objects.held_by(request.actor))}
    return render(request, "accounts/token_list.html", {**context, "add_url": reverse("accounts:token-new")})


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    require(request.actor, Action.TOKEN_CREATE, request.user)
    return _create(request, request.user, {"list_url": reverse("accounts:token-list"), "holder": "you"})


@require_safe
def team_listing(request: HttpRequest, slug: str) -> HttpResponse:
    team = visible_or_404(Team.objects, request.actor, slug=slug)
    require(request.actor, Action.TOKEN_CREATE, team)
    context = {
        "crumbs": team_crumbs(team, "Tokens"),
        "team": team,
        "add_url": reverse("accounts:team-token-new", args=[slug]),
        **_page(request, ApiToken.objects.filter(team=team)),
    }
    return render(request, "accounts/token_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def team_create(request: HttpRequest, slug: str) -> HttpResponse:
    team = visible_or_404(Team.objects, request.actor, slug=slug)
    require(request.actor, Action.TOKEN_CREATE, team)
    list_url = reverse("accounts:team-token-list", args=[slug])
    context = {"list_url": list_url, "holder": team.title, "crumbs": team_crumbs(team, "Add a token")}
    return _create(request, team, context)


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, token: int) -> HttpResponse:
    found = visible_or_404(ApiToken.objects.select_related("team"), request.actor, pk=token)
    require(request.actor, Action.TOKEN_REVOKE, found)
    back = reverse("accounts:team-token-list", args=[found.team.slug]) if found.team else reverse("accounts:token-list")
    if request.method == "POST":
        revoke_token(actor=request.actor, token=found, now=timezone.now())
        messages.success(request, f"The token {found.name} is revoked")
        return redirect(request, back)
    context = {
        "heading": f"Revoke {found.name}?",
        "effect": "Whatever uses this token is refused from now on. It cannot be brought back.",
        "action": "Revoke token",
        "cancel_url": back,
    }
    return render(request, "accounts/confirm.html", context)


@never_cache
@sensitive_variables("secret")
def _create(request: HttpRequest, holder: User | Team, context: dict) -> HttpResponse:
    """The secret is in the answer to the form itself, which nothing keeps; a redirect would have to store it."""
    form = CreateToken(request.POST or None)
    if form.is_valid():
        now = timezone.now()
        with refusals_in(form):
            token, secret = create_token(
                actor=request.actor,
                holder=holder,
                name=form.cleaned_data["name"],
                scopes=[form.cleaned_data["scope"]],
                expires_at=form.expires_at(now),
                now=now,
            )
            return render(request, "accounts/token_created.html", {**context, "token": token, "secret": secret})
    return render_form(request, "accounts/token_form.html", context, form=form)


def _page(request: HttpRequest, tokens) -> dict:
    visible = tokens.visible_to(request.actor)
    page = page_of(visible, ordering=["-created_at", "-id"], limit=PER_PAGE, cursor=request.GET.get("cursor"))
    now = timezone.now()
    return {"tokens": [(token, _state(token, now)) for token in page.items], **neighbours(request, page)}


def _state(token: ApiToken, now: datetime) -> str:
    if token.revoked_at:
        return "revoked"
    return "expired" if token.expires_at and token.expires_at <= now else "active"
