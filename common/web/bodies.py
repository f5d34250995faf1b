"""A bound for what anybody may send, whatever it is sent to."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from common.rest.body import BodyTooLarge, refuse_length_over
from common.rest.problems import is_api, problem_response


class BoundedBodies:
    """Middleware that refuses a body larger than anything here reads, before anything reads it.

    A form is read, and its files are written to a disk, as soon as its CSRF token is looked for: before anybody asks
    who sent it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            refuse_length_over(request, settings.PORTICO_MAX_BODY_BYTES)
        except BodyTooLarge as error:
            if is_api(request):
                return problem_response(error.status, error.detail, error.code)
            page = render_to_string("errors/400.html", {"detail": error.detail})
            return HttpResponse(page, status=error.status)
        return self.get_response(request)
