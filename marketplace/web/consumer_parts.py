"""What the pages of an API say of its consumers: a tab with their number, and the newest in the rail."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from catalog.questions import consumers_of
from catalog.web.extensions import Part, Tab, api_parts, api_tabs
from common.access import can
from marketplace.permissions import Action
from marketplace.queries.consumers import consumer_count

#: How many the rail names.
NAMED = 5


@api_tabs.register
def consumers_tab(page: Any) -> Sequence[Tab]:
    """For everybody who is known; one query, of one index."""
    if not can(page.actor, Action.MARKETPLACE_READ):
        return []
    return [Tab("consumers", "Consumers", _url(page), count=consumer_count(page.api))]


@api_parts.register
def consumers_part(page: Any) -> Sequence[Part]:
    """At most two queries; nothing where nobody has access, for the tab says so already."""
    known = consumers_of.ask(page.actor, page.api)
    if known is None or not known.count:
        return []
    named = list(known.named or ())[:NAMED]
    return [Part("marketplace/_consumed_by.html", {"count": known.count, "named": named, "url": _url(page)})]


def _url(page: Any) -> str:
    return reverse("marketplace:api-consumers", args=[page.api.slug])
