"""Home: where to search, what changed, what the reader's teams have, what ends soon."""

import re
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from accounts.models import TeamRole
from accounts.queries import own_teams
from catalog.addresses import api_page, group_page
from catalog.models import API, APIVersion, Domain
from catalog.queries.entries import newly_published, next_sunsets
from catalog.queries.operations import operations_of
from catalog.queries.overview import Numbers, Overview, overview
from common import markdown
from common.web.htmx import render
from common.web.words import counted
from portal.pages.first_steps import first_steps

NEWS = 6
SUNSETS = 6
DOMAIN_TILES = 12
#: How long a version that is past its sunset, and not retired, stays on home.
STILL_SHOWN = timedelta(days=30)
EXAMPLE_AT_MOST = 40
SENTENCE_AT_MOST = 160

#: After a word and not after «e.g.».
_END_OF_SENTENCE = re.compile(r"(?<=\w{3})[.!?](?=\s)")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Ten queries for a person with teams, four of them for who asks; how much there is does not matter."""
    actor = request.actor
    seen = overview(actor)
    context: dict[str, Any] = {"hide_search": True, "query": "", "figures": _figures(seen.kinds)}
    if not (seen.kinds.get("api") or seen.kinds.get("service")):
        return render(request, "portal/home.html", context | first_steps(actor))
    news = newly_published(actor, NEWS)
    context |= {
        "examples": _examples(news, actor),
        **_domains(seen, actor),
        "news": [_news(api, actor) for api in news],
        "news_url": f"{reverse('portal:browse')}?{urlencode({'ordering': '-published'})}",
        "deprecated": _deprecated(actor, timezone.localdate()),
        "my_teams": _my_teams(actor, seen),
    }
    return render(request, "portal/home.html", context)


def _figures(kinds: Numbers) -> str:
    """«412 APIs, 3,918 operations, 1,126 services, 38 teams»; what there is none of is left out."""
    nouns = {
        "api": "API,APIs",
        "operation": "operation,operations",
        "service": "service,services",
        "team": "team,teams",
    }
    return ", ".join(counted(kinds[kind], forms) for kind, forms in nouns.items() if kinds.get(kind))


def _examples(news: list[API], actor: Actor) -> list[dict[str, str]]:
    """Searches that find something here: an operation by its id, one by method and path, an owner; one query."""
    if not news:
        return []
    words = []
    operations = [one for one in operations_of(news[0].current_version).order_by("position")[:2] if one.operation_id]
    if operations:
        words.append(operations[0].operation_id)
        words.append(f"{operations[-1].method} {operations[-1].path}")
    words.append(news[-1].title.lower())
    if actor.is_authenticated and news[0].owner:
        words.append(f"owner:{news[0].owner.slug}")
    browse = reverse("portal:browse")
    return [{"words": one, "url": f"{browse}?{urlencode({'q': one})}"} for one in words if len(one) <= EXAMPLE_AT_MOST]


def _domains(seen: Overview, actor: Actor) -> dict[str, Any]:
    """The domains that have something, by title; of many those with most, and how many there are; one query."""
    sizes = {
        domain: sum(numbers.get(kind, 0) for kind in ("api", "service")) for domain, numbers in seen.domains.items()
    }
    largest = sorted((domain for domain, size in sizes.items() if size), key=lambda domain: -sizes[domain])
    # The last tile leads to the others: to the list of domains, which is for who is signed in.
    leads_on = actor.is_authenticated and len(largest) > DOMAIN_TILES
    shown = largest[: DOMAIN_TILES - 1 if leads_on else DOMAIN_TILES]
    tiles = [
        {"title": domain.title, "url": group_page("domain", domain.slug), **_counts(seen.domains[domain.pk])}
        for domain in Domain.objects.filter(pk__in=shown).order_by("title", "pk")
    ]
    return {"domains": tiles, "domain_count": len(largest) if leads_on else 0}


def _counts(numbers: Numbers) -> dict[str, int]:
    return {"api_count": numbers.get("api", 0), "service_count": numbers.get("service", 0)}


def _news(api: API, actor: Actor) -> dict[str, Any]:
    return {
        "kind": "api",
        "title": api.title,
        "url": api_page(api.slug),
        "version": api.current_version.name,
        "text": _what_changed(api),
        "owner": api.owner.title if api.owner and actor.is_authenticated else "",
        "at": api.published_at,
    }


def _what_changed(api: API) -> str:
    version = api.current_version
    operations = counted(version.operation_count, "operation,operations")
    return _first_sentence(version.changelog) or (
        f"First published version, {operations}." if api.is_first_version else f"{operations}.".capitalize()
    )


def _first_sentence(text: str) -> str:
    words = markdown.first_words(text, SENTENCE_AT_MOST)
    end = _END_OF_SENTENCE.search(words)
    return words[: end.start() + 1] if end else words


def _deprecated(actor: Actor, today: date) -> list[dict[str, Any]]:
    return [
        {
            "title": version.api.title,
            "url": api_page(version.api.slug, version.name),
            "version": version.name,
            "owner": version.api.owner.title if version.api.owner and actor.is_authenticated else "",
            "sunset": version.sunset_on,
            "days_left": (version.sunset_on - today).days if version.sunset_on else None,
            **_successor(version),
        }
        for version in next_sunsets(actor, today - STILL_SHOWN, SUNSETS)
    ]


def _successor(version: APIVersion) -> dict[str, str]:
    successor = version.successor
    if successor is None or not version.may_see_successor:
        return {}
    is_other = successor.api_id != version.api_id
    return {
        "successor": f"{successor.api.title} {successor.name}" if is_other else successor.name,
        "successor_url": api_page(successor.api.slug, successor.name),
    }


def _my_teams(actor: Actor, seen: Overview) -> list[dict[str, Any]]:
    return [
        {
            "title": team.title,
            "url": group_page("team", team.slug),
            "role": TeamRole(team.role).label,
            **_counts(seen.own_teams.get(team.id, {})),
        }
        for team in own_teams(actor)
    ]
