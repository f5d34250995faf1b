"""How a source is followed, for a page that stays open."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from common.web.htmx import render
from discovery.web.places import source_of
from discovery.web.watch_panel import watch_shown


@require_safe
def panel(request: HttpRequest, name: str) -> HttpResponse:
    """The panel alone, which asks for itself again as long as something may change. Two queries."""
    source = source_of(request, name)
    response = render(request, "discovery/_watch_panel.html", watch_shown(source, timezone.now()))
    patch_cache_control(response, private=True, no_store=True)
    return response
