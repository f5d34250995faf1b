"""Django's own error answers: problems for the REST API, pages for people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults

from common.rest.handlers import problem_for_api


@problem_for_api(400, "The request cannot be read.")
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


@problem_for_api(403, "Not permitted.")
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


@problem_for_api(404, "There is nothing at this URL.")
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


@problem_for_api(500, "Something failed here. It is in the log.")
def server_error(request: HttpRequest) -> HttpResponse:
    """A page that needs nothing that may have failed."""
    return defaults.server_error(request, template_name="errors/500.html")


@problem_for_api(403, "The CSRF token is absent or wrong.")
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "errors/csrf.html", status=403)
