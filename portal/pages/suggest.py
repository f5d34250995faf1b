"""What the search field suggests while somebody types."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from catalog.addresses import result_page
from catalog.filters import QUERY_AT_MOST
from catalog.search import suggest as suggestions
from catalog.search.values import OPERATION, Suggestion, SuggestionGroup
from portal.pages import marks

_TITLES = {
    "api": "APIs",
    "operation": "Operations",
    "service": "Services",
    "team": "Teams",
    "domain": "Domains",
    "system": "Systems",
    "page": "Documentation",
}


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """The list below the field, without a layout; at most seven queries, three of them for who asks."""
    words = request.GET.get("q", "")[:QUERY_AT_MOST]
    groups = suggestions.suggest(request.actor, words)
    context = {
        "groups": [_group(group, knows_teams=request.actor.is_authenticated) for group in groups],
        "all_url": f"{reverse('portal:browse')}?{urlencode({'q': words})}" if words.strip() else "",
        "all_words": f"Search for “{words.strip()}”",
    }
    # Rendered without the request: nothing that the layout needs is asked for.
    response = HttpResponse(render_to_string("components/suggestions.html", context))
    patch_cache_control(response, private=True, no_store=True)
    return response


def _group(group: SuggestionGroup, *, knows_teams: bool) -> dict[str, Any]:
    return {"title": _TITLES[group.kind], "items": [_item(one, knows_teams) for one in group.suggestions]}


def _item(one: Suggestion, knows_teams: bool) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "method": one.method,
        "title": marks.marked(one.title_segments),
        # Where an entry belongs may be its owner, which is for those who are signed in; an operation's is its API.
        "note": one.detail if knows_teams or one.kind == OPERATION else "",
        "url": result_page(one),
    }
