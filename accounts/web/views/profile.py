"""What people see and change of themselves."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Action
from accounts.queries import own_teams
from accounts.usecases.edit_profile import edit_profile
from accounts.usecases.set_password import set_password
from accounts.web.forms import ChangePassword, EditProfile
from accounts.web.places import profile_tabs
from common.access import require
from common.web.forms import refusals_in
from common.web.htmx import redirect, render, render_form


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    require(request.actor, Action.PROFILE_EDIT, request.user)
    form = EditProfile(request.POST or None, initial={"name": request.user.name, "email": request.user.email})
    if form.is_valid():
        with refusals_in(form):
            edit_profile(actor=request.actor, user=request.user, **form.cleaned_data, now=timezone.now())
            messages.success(request, "Your profile is saved")
            return redirect(request, reverse("accounts:profile"))
    context = {**profile_tabs("profile"), "teams": own_teams(request.actor)}
    return render_form(request, "accounts/profile.html", context, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("current", "password", "again")
def password(request: HttpRequest) -> HttpResponse:
    """This session goes on; all others of the person end."""
    require(request.actor, Action.PASSWORD_CHANGE, request.user)
    form = ChangePassword(request.POST or None)
    if form.is_valid():
        with refusals_in(form):
            values = {name: form.cleaned_data[name] for name in ("current", "password")}
            set_password(actor=request.actor, user=request.user, **values, now=timezone.now())
            update_session_auth_hash(request, request.user)
            messages.success(request, "Your password is changed, other sessions have ended")
            return redirect(request, reverse("accounts:profile"))
    return render_form(request, "accounts/password.html", profile_tabs("password"), form=form)


@require_safe
def my_teams(request: HttpRequest) -> HttpResponse:
    require(request.actor, Action.TEAM_READ)
    return render(request, "accounts/my_teams.html", {"teams": own_teams(request.actor)})
