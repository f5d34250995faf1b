"""Administration of people."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts.filters import UserFilter
from accounts.models import Membership, Role, User
from accounts.permissions import Action
from accounts.usecases.create_user import create_user
from accounts.usecases.deactivate_user import deactivate_user
from accounts.usecases.edit_user import edit_user
from accounts.usecases.reactivate_user import reactivate_user
from accounts.usecases.reset_password import reset_password
from accounts.web.forms import CreateUser, EditUser
from accounts.web.lookup import visible_or_404
from accounts.web.places import administration_tabs
from common.access import require
from common.errors import Conflict
from common.paging import bounded_count, page_of
from common.web.forms import refusals_in
from common.web.htmx import redirect, render, render_form
from common.web.paging import neighbours

PER_PAGE = 50


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    require(request.actor, Action.PEOPLE_READ)
    filters = UserFilter(request.GET, User.objects.visible_to(request.actor))
    page = page_of(filters.qs, ordering=["username"], limit=PER_PAGE, cursor=request.GET.get("cursor"))
    context = {
        "filters": filters.form,
        "people": page.items,
        "count": bounded_count(filters.qs),
        **administration_tabs("people"),
        **neighbours(request, page),
    }
    return render(request, "accounts/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_variables("password")
def create(request: HttpRequest) -> HttpResponse:
    """The new person's password is in the answer, once."""
    require(request.actor, Action.PEOPLE_MANAGE)
    form = CreateUser(request.POST or None)
    if form.is_valid():
        with refusals_in(form):
            values = {**form.cleaned_data, "role": Role(form.cleaned_data["role"])}
            user, password = create_user(actor=request.actor, **values, now=timezone.now())
            return render(request, "accounts/person_password.html", {"person": user, "password": password})
    return render_form(request, "accounts/person_new.html", {"cancel_url": reverse("accounts:people")}, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, username: str) -> HttpResponse:
    person = _person(request, username)
    initial = {"name": person.name, "email": person.email, "role": person.role}
    form = EditUser(request.POST or None, initial=initial)
    if form.is_valid():
        with refusals_in(form):
            values = {**form.cleaned_data, "role": Role(form.cleaned_data["role"])}
            edit_user(actor=request.actor, user=person, **values, now=timezone.now())
            messages.success(request, f"{person.display_name} is saved")
            return redirect(request, reverse("accounts:person", args=[username]))
        person.refresh_from_db()
    teams = Membership.objects.filter(user=person).select_related("team").order_by("team__title")
    context = {"person": person, "memberships": teams, "cancel_url": reverse("accounts:people")}
    return render_form(request, "accounts/person.html", context, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def deactivate(request: HttpRequest, username: str) -> HttpResponse:
    person = _person(request, username)
    context = {
        "heading": f"Deactivate {person.display_name}?",
        "effect": "Sessions and tokens of this person end now. What they published stays. You can undo this.",
        "action": "Deactivate",
    }
    return _confirmed(request, person, deactivate_user, context, "is deactivated")


@require_http_methods(["GET", "HEAD", "POST"])
def reactivate(request: HttpRequest, username: str) -> HttpResponse:
    person = _person(request, username)
    context = {
        "heading": f"Reactivate {person.display_name}?",
        "effect": "Password, teams and tokens are those of before.",
        "action": "Reactivate",
    }
    return _confirmed(request, person, reactivate_user, context, "is active again")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_variables("password")
def new_password(request: HttpRequest, username: str) -> HttpResponse:
    """A new random password, in the answer once."""
    person = _person(request, username)
    if request.method == "POST":
        password = reset_password(actor=request.actor, user=person, now=timezone.now())
        return render(request, "accounts/person_password.html", {"person": person, "password": password})
    context = {
        "heading": f"Give {person.display_name} a new password?",
        "effect": "The password of now stops working and sessions end. You see the new one once and pass it on.",
        "action": "Make a new password",
        "cancel_url": reverse("accounts:person", args=[username]),
    }
    return render(request, "accounts/confirm.html", context)


def _person(request: HttpRequest, username: str) -> User:
    require(request.actor, Action.PEOPLE_MANAGE)
    return visible_or_404(User.objects, request.actor, username=username)


def _confirmed(
    request: HttpRequest, person: User, act: Callable[..., None], context: dict, outcome: str
) -> HttpResponse:
    url = reverse("accounts:person", args=[person.username])
    context = {**context, "cancel_url": url}
    if request.method == "POST":
        try:
            act(actor=request.actor, user=person, now=timezone.now())
        except Conflict as conflict:
            return render(request, "accounts/confirm.html", {**context, "refusal": conflict.detail}, status=409)
        messages.success(request, f"{person.display_name} {outcome}")
        return redirect(request, url)
    return render(request, "accounts/confirm.html", context)
