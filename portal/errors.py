"""Django's own error answers: problems for the REST API, pages for people."""

from django.http import HttpRequest, HttpResponse
from django.views import defaults
from django.views.csrf import csrf_failure as csrf_page

from common.rest.handlers import problem_for_api

bad_request = problem_for_api(400, "The request cannot be read.")(defaults.bad_request)
permission_denied = problem_for_api(403, "Not permitted.")(defaults.permission_denied)
page_not_found = problem_for_api(404, "There is nothing at this URL.")(defaults.page_not_found)
server_error = problem_for_api(500, "Something failed here. It is in the log.")(defaults.server_error)


@problem_for_api(403, "The CSRF token is absent or wrong.")
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return csrf_page(request, reason)
