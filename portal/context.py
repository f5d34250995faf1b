"""What every page's template may use beside its own context."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.actor import Actor
from accounts.permissions import Action
from accounts.queries import has_unread
from common.access import can
from discovery.permissions import Action as DiscoveryAction
from discovery.queries.attention import new_services
from marketplace.permissions import Action as MarketplaceAction
from marketplace.queries.requests import waiting_for


@dataclass(frozen=True, slots=True)
class Offers:
    """Which entries the menus of a page offer this actor; nothing is asked before a template looks."""

    actor: Actor

    @property
    def publish(self) -> bool:
        """Whether there is a team, or the whole site, that the actor may publish for."""
        return any(self.actor.may_publish_for(team) for team in (*self.actor.team_ids, None))

    @property
    def discovery(self) -> bool:
        return can(self.actor, DiscoveryAction.DISCOVERY_READ)

    @property
    def sources(self) -> bool:
        return can(self.actor, DiscoveryAction.SOURCE_MANAGE)

    @property
    def access(self) -> bool:
        return can(self.actor, MarketplaceAction.MARKETPLACE_READ)

    @property
    def all_keys(self) -> bool:
        return can(self.actor, MarketplaceAction.CREDENTIALS_READ)

    @property
    def administration(self) -> bool:
        return can(self.actor, Action.PEOPLE_MANAGE)

    @property
    def audit(self) -> bool:
        return can(self.actor, Action.AUDIT_READ)


def site(request: HttpRequest) -> dict:
    """The site's name, the actor of the request, what the menus offer it and what they count."""
    actor = getattr(request, "actor", None)
    return {
        "site_name": settings.PORTICO_NAME,
        "site_url": settings.PORTICO_URL,
        "actor": actor,
        "offers": Offers(actor) if actor is not None else None,
        # Two menus show it; it is counted once, and only on pages that have a menu.
        "has_unread": SimpleLazyObject(lambda: has_unread(actor)) if actor is not None else None,
        "new_services": SimpleLazyObject(lambda: new_services(actor)) if actor is not None else None,
        "waiting_requests": SimpleLazyObject(lambda: waiting_for(actor)) if actor is not None else None,
    }
