"""Signing in and out, and the theme of this browser."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.usecases.sign_in import sign_in as prove
from accounts.web.forms import SignIn
from common.addresses import client_address
from common.errors import Throttled
from common.web.forms import refusals_in
from common.web.htmx import render_form

THEMES = frozenset({"light", "dark"})
THEME_SECONDS = 365 * 24 * 3600


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Who is signed in goes on; a successful sign-in gets a new session."""
    onward = _onward(request)
    if request.user.is_authenticated:
        return HttpResponseRedirect(onward)
    form = SignIn(request.POST or None)
    context = {"next": onward, "hide_search": True}
    if form.is_valid():
        try:
            with refusals_in(form):
                user = prove(**form.cleaned_data, address=client_address(request), now=timezone.now())
                login(request, user)
                return HttpResponseRedirect(onward)
        except Throttled as refusal:
            form.add_error(None, refusal.detail)
            response = render_form(request, "accounts/sign_in.html", context, form=form)
            response.status_code = refusal.status
            response["Retry-After"] = str(refusal.retry_after)
            return response
    return render_form(request, "accounts/sign_in.html", context, form=form)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponseRedirect(settings.LOGOUT_REDIRECT_URL)


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme in this browser; «system» forgets it."""
    response = HttpResponseRedirect(_onward(request))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        # Scripts read it before the first paint, so that a page from the browser's cache has it too.
        response.set_cookie(
            "theme", chosen, max_age=THEME_SECONDS, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
        )
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


def _onward(request: HttpRequest) -> str:
    """Where ``next`` leads, as long as that is on this site."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return settings.LOGIN_REDIRECT_URL
