"""Where an entry stands, for the head of its page: the way to it and the line of facts below its title."""

from typing import Any

from django.urls import NoReverseMatch, reverse

from accounts.actor import Actor
from catalog.models import API, Domain, Service, System

VISIBILITY_ICONS = {"public": "world", "internal": "building", "private": "lock"}
_GROUP_ICONS = {Domain: "category", System: "sitemap"}


def entry_url(entry: API | Service) -> str:
    name = "api-detail" if isinstance(entry, API) else "service-detail"
    return reverse(f"catalog:{name}", args=[entry.slug])


def group_url(group: Domain | System) -> str:
    return reverse(f"catalog:{group._meta.model_name}-detail", args=[group.slug])


def team_url(slug: str) -> str:
    """The team's page; empty while the site has none."""
    try:
        return reverse("accounts:team-detail", args=[slug])
    except NoReverseMatch:
        return ""


def entry_crumbs(entry: API | Service, last: str = "") -> list[dict[str, str]]:
    """Domain / system / entry, and ``last`` for a page below the entry's own."""
    crumbs = [{"title": group.title, "url": group_url(group)} for group in (entry.domain, entry.system) if group]
    crumbs.append({"title": entry.title, "url": entry_url(entry) if last else ""})
    return [*crumbs, {"title": last}] if last else crumbs


def entry_facts(entry: API | Service, actor: Actor) -> list[dict[str, Any]]:
    """Owner, domain, system and visibility. Who is not signed in may not know of teams."""
    facts: list[dict[str, Any]] = []
    if actor.is_authenticated and entry.owner:
        facts.append({"words": entry.owner.title, "team": True, "url": team_url(entry.owner.slug)})
    elif actor.is_authenticated:
        facts.append({"words": "No owner", "icon": "user-question"})
    facts += [
        {"words": group.title, "icon": _GROUP_ICONS[type(group)], "url": group_url(group)}
        for group in (entry.domain, entry.system)
        if group
    ]
    facts.append({"words": entry.get_visibility_display(), "icon": VISIBILITY_ICONS[entry.visibility]})
    return facts
