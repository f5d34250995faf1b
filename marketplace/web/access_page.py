"""What Get access shows of an API: what it offers, who of the reader's has access already, and why nobody can ask."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from accounts.actor import Actor
from catalog.models import API, APIVersion
from catalog.queries.entries import editable
from catalog.web.places import entry_crumbs
from common.access import can
from common.errors import Conflict, NotFound
from marketplace.asking import refuse_closed, warnings_of
from marketplace.models import Plan, Subscription
from marketplace.permissions import Action
from marketplace.queries.offers import open_plans, subscriptions_covering, version_of
from marketplace.web.places import application_url

#: How many of the subscriptions that the reader's applications have are named.
COVERING_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why access cannot be asked for: what is true, why, and where to go instead, if anywhere."""

    title: str
    text: str
    action: str = ""
    action_url: str = ""


@dataclass(frozen=True, slots=True)
class AccessOffer:
    """An API's version with its open plans; ``covering`` are the reader's live subscriptions to it, by application."""

    actor: Actor
    api: API
    version: APIVersion | None
    plans: list[Plan]
    covering: QuerySet[Subscription]

    @property
    def url(self) -> str:
        """Where this version is asked for."""
        url = reverse("marketplace:get-access", args=[self.api.slug])
        is_current = self.version is None or self.version.pk == self.api.current_version_id
        return url if is_current else f"{url}?{urlencode({'version': self.version.name})}"

    @property
    def owner(self) -> str:
        return self.api.owner.title if self.api.owner else "an administrator"

    def obstacle(self) -> Obstacle | None:
        """Nothing stands in the way when there is a version that can be asked for, and a plan to ask for it on."""
        if self.version is None:
            text = "Access is granted to a published version. There is none yet."
            return Obstacle(f"No version of {self.api.title} is published", text)
        if not self.plans:
            return self._no_plans()
        try:
            refuse_closed(self.version, self.plans[0])
        except Conflict as conflict:
            return Obstacle(f"Version {self.version.name} takes no subscribers", conflict.detail)
        return None

    def warnings(self) -> list[str]:
        return warnings_of(self.version) if self.version is not None else []

    def context(self) -> dict[str, Any]:
        """What every state of the page shows."""
        covering = list(self.covering[: COVERING_SHOWN + 1])
        return {
            "section": "browse",
            "crumbs": entry_crumbs(self.api, "Get access"),
            "api": self.api,
            "version": self.version,
            "owner": self.owner,
            "obstacle": self.obstacle(),
            "warnings": self.warnings(),
            "covering": [(one, application_url(one.application)) for one in covering[:COVERING_SHOWN]],
            "has_more_covering": len(covering) > COVERING_SHOWN,
            "action_url": self.url,
            "cancel_url": reverse("catalog:api-detail", args=[self.api.slug]),
        }

    def _no_plans(self) -> Obstacle:
        title = f"{self.api.title} offers no plan"
        if can(self.actor, Action.PLAN_MANAGE, self.api):
            text = "A plan says how much may be called, and who approves it. Add one, and applications can get access."
            return Obstacle(title, text, "Add a plan", reverse("marketplace:plan-new", args=[self.api.slug]))
        text = f"Access is asked for on a plan. {self.owner[:1].upper()}{self.owner[1:]} can add one."
        return Obstacle(title, text, "See its plans", reverse("marketplace:api-plans", args=[self.api.slug]))


def access_offer(actor: Actor, slug: str, version: str) -> AccessOffer:
    """The offer of a visible API, of the version named or of the one that stands for it; four queries.

    Raises ``NotFound`` for an API the actor may not know of, and for a version that it does not have.
    """
    api = editable(actor, API, slug)
    found = version_of(api, version)
    if found is None and version:
        raise NotFound
    covering = subscriptions_covering(actor, found) if found is not None else Subscription.objects.none()
    return AccessOffer(actor, api, found, list(open_plans(api)), covering)
