"""The document of a version: its bytes, and the same read by Swagger UI."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.downloads import specification_response
from catalog.queries.versions import version_detail
from catalog.web.places import entry_crumbs
from common.web.htmx import render


@require_safe
def specification(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    return specification_response(request, request.actor, slug, version)


@require_safe
def swagger(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """Swagger UI to read in; it sends nothing anywhere but for the document itself."""
    shown = version_detail(request.actor, slug, version)
    context = {
        "section": "browse",
        "api": shown.api,
        "version": shown,
        "crumbs": entry_crumbs(shown.api, f"{shown.name} in Swagger UI"),
    }
    return render(request, "catalog/swagger_ui.html", context)
