"""The tabs that pages of this room share."""

from typing import Any

from django.urls import reverse

from accounts.models import Team


def profile_tabs(current: str) -> dict[str, Any]:
    titles = {"profile": "Profile", "token-list": "Tokens", "notice-mail": "Notices", "password": "Password"}
    return _tabs(current, titles)


def administration_tabs(current: str) -> dict[str, Any]:
    """Where a page stands in ``components/administration_tabs.html``, which has the pages of all rooms."""
    return {"administration": True, "tab": current}


def team_crumbs(team: Team, last: str) -> list[dict[str, str]]:
    return [
        {"title": "Teams", "url": reverse("accounts:team-list")},
        {"title": team.title, "url": reverse("accounts:team-detail", args=[team.slug])},
        {"title": last},
    ]


def _tabs(current: str, titles: dict[str, str]) -> dict[str, Any]:
    tabs = [
        {"name": name, "title": title, "url": reverse(f"accounts:{name}"), "count": None}
        for name, title in titles.items()
    ]
    return {"tabs": tabs, "tab": current}
