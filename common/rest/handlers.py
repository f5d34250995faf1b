"""Django's own error views: requests for the API get a problem, all others the page they would get."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

from common.rest.problems import is_api, problem_response

ErrorView = Callable[..., HttpResponse]


def problem_for_api(status: int, detail: str) -> Callable[[ErrorView], ErrorView]:
    """Decorate an error view so that requests below ``/api/`` are answered with a problem of this status."""

    def decorate(view: ErrorView) -> ErrorView:
        @wraps(view)
        def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if is_api(request):
                return problem_response(status, detail)
            return view(request, *args, **kwargs)

        return answer

    return decorate
