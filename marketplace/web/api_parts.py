"""What the marketplace shows on the pages of an API: the way to access, its plans, and a tab for them."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from catalog.web.extensions import Button, Part, Tab, api_buttons, api_parts, api_tabs
from common.access import can
from marketplace.permissions import Action
from marketplace.queries.offers import OPEN_LIFECYCLES, open_plans, subscriptions_covering
from marketplace.web.places import application_url
from marketplace.web.plan_rows import offer_of
from marketplace.web.words import limits_words

#: How many of an API's plans the rail shows.
PLANS_SHOWN = 5
#: How many of the reader's subscriptions.
ACCESS_SHOWN = 5


@api_buttons.register
def access_button(page: Any) -> Sequence[Button]:
    """«Get access», the one primary button of an API that can be asked for; who is nobody signs in on the way."""
    if page.version.lifecycle not in OPEN_LIFECYCLES:
        return []
    url = reverse("marketplace:get-access", args=[page.api.slug])
    if not page.is_current:
        url = f"{url}?{urlencode({'version': page.version.name})}"
    return [Button("Get access", url, "key", is_primary=True, opens_dialog=page.actor.is_authenticated)]


@api_parts.register
def plans_part(page: Any) -> Sequence[Part]:
    """The plans that can be asked for, and what the reader's applications have; three queries."""
    plans = list(open_plans(page.api)[: PLANS_SHOWN + 1])
    known = page.actor.is_authenticated
    covering = list(subscriptions_covering(page.actor, page.version)[: ACCESS_SHOWN + 1]) if known else []
    context = {
        "plans": [(plan, limits_words(plan), offer_of(plan)) for plan in plans[:PLANS_SHOWN]],
        "has_more": len(plans) > PLANS_SHOWN,
        "plans_url": reverse("marketplace:api-plans", args=[page.api.slug]),
        "new_url": reverse("marketplace:plan-new", args=[page.api.slug])
        if can(page.actor, Action.PLAN_MANAGE, page.api)
        else "",
        "covering": [(one, application_url(one.application)) for one in covering[:ACCESS_SHOWN]],
        "has_more_access": len(covering) > ACCESS_SHOWN,
    }
    return [Part("marketplace/_api_plans.html", context)]


@api_tabs.register
def plans_tab(page: Any) -> Sequence[Tab]:
    """The page of all plans, for those who manage them."""
    if not can(page.actor, Action.PLAN_MANAGE, page.api):
        return []
    return [Tab("plans", "Plans", reverse("marketplace:api-plans", args=[page.api.slug]))]
