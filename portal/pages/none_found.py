"""What to offer when nothing was found: the wider search, and words that do find something."""

from dataclasses import replace
from typing import Any

from accounts.actor import Actor
from catalog.search.query import search
from common.web.words import grouped
from portal.pages.question import Question

_ALL_OF = {
    "kind": "Search all kinds",
    "domain": "Search all domains",
    "system": "Search all systems",
    "owner": "Search all owners",
    "tag": "Search all tags",
    "lifecycle": "Search all lifecycles",
    "format": "Search all formats",
    "environment": "Search all environments",
    "api": "Search all APIs",
}


def nothing_found(actor: Actor, question: Question) -> dict[str, Any]:
    """What the same words find without the filters: how many, where, and the words if they had to be corrected.

    One more search when the question had filters and words, none otherwise.
    """
    if not (question.is_narrowed and question.words):
        return {}
    wide = question.without_filters()
    asked = replace(wide.request, filters={}, kinds=(), facets=False, limit=1, exact=False)
    page = search(actor, asked)
    if not page.count:
        return {}
    nearest = []
    if page.correction:
        nearest = [{"words": page.correction.used, "url": wide.asking(page.correction.used).url()}]
    number = grouped(page.count) if page.count_exact else f"{grouped(page.count)}+"
    filters = {*question.chosen, *question.typed}
    only = next(iter(filters)) if len(filters) == 1 else ""
    return {
        "wider": _ALL_OF.get(only, "Search without the filters"),
        "wider_url": wide.url(),
        "wider_words": f"{number} {'result' if page.count == 1 else 'results'} without the filters.",
        "nearest": nearest,
    }
