"""The one place where a foreseen condition becomes a page, as ``common.rest.problems`` makes it a problem."""

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.access import SignInRequired
from common.errors import PorticoError
from common.rest.problems import is_api
from common.web.htmx import is_htmx

_PAGES = frozenset({400, 403, 404, 429, 503})


class ErrorPages:
    """Middleware that answers a ``PorticoError`` of a page's view with the page of its status.

    Who is not signed in goes to the sign-in page and comes back; a form that was sent is not sent again by itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # PostgreSQL has no NUL character: no page can be about one, and a query with one would fail.
        if not is_api(request) and ("\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", "")):
            return render(request, "errors/400.html", status=400)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, PorticoError) or is_api(request):
            return None
        if isinstance(error, SignInRequired) and not is_htmx(request):
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "")
        name = error.status if error.status in _PAGES else 400
        context = {"detail": error.detail, "retry_after": error.retry_after}
        return render(request, f"errors/{name}.html", context, status=error.status)
