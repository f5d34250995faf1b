"""One URL, one view: the whole page for a browser, the part it includes for htmx."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as render_template
from django.utils.cache import patch_vary_headers

INVALID_FORM = 422


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks for a part; going back in the history asks for the whole page."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"


def render(
    request: HttpRequest,
    page: str,
    context: Mapping[str, Any] | None = None,
    *,
    part: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """The template ``page``, or ``part`` of it when htmx asks; caches keep the two apart."""
    chosen = part if part is not None and is_htmx(request) else page
    response = render_template(request, chosen, dict(context or {}), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def render_form(
    request: HttpRequest, page: str, context: Mapping[str, Any], *, form: Any, part: str | None = None
) -> HttpResponse:
    """The page of a form: 422 once it has been sent and has errors, so that htmx and people see the same."""
    status = INVALID_FORM if form.is_bound and form.errors else 200
    return render(request, page, {**context, "form": form}, part=part, status=status)


def redirect(request: HttpRequest, url: str) -> HttpResponse:
    """Sends the browser to ``url`` after a write; htmx loads it as a page, not into the part."""
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponse(status=303, headers={"Location": url})
