"""Teams: the list, a team's page, and what its maintainers change."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.filters import TeamFilter
from accounts.models import Membership, Team, TeamRole
from accounts.permissions import Action
from accounts.usecases.create_team import create_team
from accounts.usecases.edit_team import edit_team
from accounts.usecases.remove_membership import remove_membership
from accounts.usecases.set_membership import set_membership
from accounts.web.forms import CreateTeam, EditTeam, SetMembership, team_initial
from accounts.web.lookup import visible_or_404
from accounts.web.places import administration_tabs, team_crumbs
from common.access import can, require
from common.errors import Conflict
from common.paging import bounded_count, page_of
from common.web.forms import refusals_in
from common.web.htmx import redirect, render, render_form
from common.web.paging import neighbours

PER_PAGE = 50


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    require(request.actor, Action.TEAM_READ)
    filters = TeamFilter(request.GET, Team.objects.visible_to(request.actor))
    page = page_of(filters.qs, ordering=["title", "id"], limit=PER_PAGE, cursor=request.GET.get("cursor"))
    context = {
        "filters": filters.form,
        "teams": page.items,
        "count": bounded_count(filters.qs),
        "may_create": can(request.actor, Action.TEAM_CREATE),
        **(administration_tabs("team-list") if can(request.actor, Action.PEOPLE_MANAGE) else {}),
        **neighbours(request, page),
    }
    return render(request, "accounts/team_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    require(request.actor, Action.TEAM_CREATE)
    form = CreateTeam(request.POST or None)
    if form.is_valid():
        with refusals_in(form):
            team = create_team(actor=request.actor, **form.cleaned_data, now=timezone.now())
            messages.success(request, f"{team.title} is created")
            return redirect(request, _url(team.slug))
    return render_form(request, "accounts/team_new.html", {"cancel_url": reverse("accounts:team-list")}, form=form)


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    team = visible_or_404(Team.objects, request.actor, slug=slug)
    return render(request, "accounts/team_detail.html", _team_page(request, team, SetMembership()))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    team = visible_or_404(Team.objects, request.actor, slug=slug)
    require(request.actor, Action.TEAM_EDIT, team)
    form = EditTeam(request.POST or None, initial=team_initial(team))
    if form.is_valid():
        with refusals_in(form):
            edit_team(
                actor=request.actor,
                team=team,
                title=form.cleaned_data["title"],
                description=form.cleaned_data["description"],
                contacts=form.contacts(),
                now=timezone.now(),
            )
            messages.success(request, f"{team.title} is saved")
            return redirect(request, _url(slug))
    context = {"team": team, "crumbs": team_crumbs(team, "Edit"), "cancel_url": _url(slug)}
    return render_form(request, "accounts/team_form.html", context, form=form)


@require_POST
def set_member(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a person or change their role; the form stands on the team's page."""
    team = visible_or_404(Team.objects, request.actor, slug=slug)
    require(request.actor, Action.MEMBERS_MANAGE, team)
    form = SetMembership(request.POST)
    if form.is_valid():
        user, role = form.cleaned_data["username"], TeamRole(form.cleaned_data["role"])
        with refusals_in(form):
            set_membership(actor=request.actor, team=team, user=user, role=role, now=timezone.now())
            messages.success(request, f"{user.display_name} is {role.label.lower()} of {team.title}")
            return redirect(request, _url(slug))
    return render(request, "accounts/team_detail.html", _team_page(request, team, form), status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_member(request: HttpRequest, slug: str, username: str) -> HttpResponse:
    team = visible_or_404(Team.objects, request.actor, slug=slug)
    require(request.actor, Action.MEMBERS_MANAGE, team)
    members = Membership.objects.select_related("team", "user")
    membership = members.filter(team=team, user__username=username).first()
    if membership is None:
        raise Http404
    name = membership.user.display_name
    context = {
        "heading": f"Remove {name} from {team.title}?",
        "effect": f"{name} can no longer publish for {team.title} and no longer sees its private entries.",
        "action": "Remove member",
        "cancel_url": _url(slug),
    }
    if request.method == "POST":
        try:
            remove_membership(actor=request.actor, membership=membership, now=timezone.now())
        except Conflict as conflict:
            return render(request, "accounts/confirm.html", {**context, "refusal": conflict.detail}, status=409)
        messages.success(request, f"{name} has left {team.title}")
        return redirect(request, _url(slug))
    return render(request, "accounts/confirm.html", context)


def _url(slug: str) -> str:
    return reverse("accounts:team-detail", args=[slug])


def _team_page(request: HttpRequest, team: Team, form: SetMembership) -> dict:
    """Four queries: contacts, members, their number, and the one that found the team."""
    members = Membership.objects.visible_to(request.actor).filter(team=team).select_related("user")
    page = page_of(members, ordering=["user__username", "id"], limit=PER_PAGE, cursor=request.GET.get("cursor"))
    return {
        "team": team,
        "contacts": list(team.contacts.order_by("position")),
        "members": page.items,
        "member_count": bounded_count(members).value,
        "member_form": form,
        "may_edit": can(request.actor, Action.TEAM_EDIT, team),
        "may_manage": can(request.actor, Action.MEMBERS_MANAGE, team),
        **neighbours(request, page),
    }
