"""What every page of an API shows: its head with the version switch, its tabs and the notice above them."""

from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from accounts.actor import Actor
from catalog.models import API, APIInstance, APIVersion, Lifecycle
from catalog.permissions import Action
from catalog.queries.entries import api_detail
from catalog.queries.versions import version_detail, versions_of
from catalog.versions import LATEST
from catalog.web.extensions import api_buttons, api_parts, api_tabs
from catalog.web.places import entry_crumbs, entry_facts
from catalog.web.words import format_words
from common import markdown
from common.access import can
from common.web.words import long_day, short_time

VERSIONS_IN_SWITCH = 12


@dataclass(frozen=True, slots=True)
class APIPage:
    """An API with the version that is shown; ``versions`` are all of them, newest first.

    ``stated`` is what people said about the API itself; empty when it repeats the document of some version.
    """

    actor: Actor
    api: API
    version: APIVersion
    versions: list[APIVersion]
    successor: APIVersion | None
    stated: str
    may_edit: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "may_edit", can(self.actor, Action.API_EDIT, self.api))

    @property
    def instances(self) -> list[APIInstance]:
        """Where the shown version is reachable, production first."""
        return self.version.instance_rows

    @property
    def is_current(self) -> bool:
        return self.version.pk == self.api.current_version_id

    @property
    def query(self) -> str:
        """What keeps the version when it is not the current one."""
        return "" if self.is_current else f"?{urlencode({'version': self.version.name})}"

    def url(self, name: str, *rest: str) -> str:
        return reverse(f"catalog:{name}", args=[self.api.slug, *rest]) + self.query

    def version_url(self, version: APIVersion) -> str:
        if version.pk == self.api.current_version_id:
            return reverse("catalog:api-detail", args=[self.api.slug])
        return reverse("catalog:version-detail", args=[self.api.slug, version.name])

    def context(self, tab: str, **more: Any) -> dict[str, Any]:
        """The context of ``templates/catalog/api_base.html``, and what the page adds."""
        buttons = list(api_buttons.of(self))
        return {
            "page": self,
            "api": self.api,
            "version": self.version,
            "section": "browse",
            "crumbs": entry_crumbs(self.api),
            "sentence": markdown.first_words(self.stated or self.version.description),
            "meta": self._facts(),
            "switch": self._switch(),
            "tabs": self._tabs(),
            "tab": tab,
            "notice": self.notice(),
            "buttons": buttons,
            "has_primary": any(button.is_primary for button in buttons),
            "parts": list(api_parts.of(self)) if tab == "overview" else [],
            **more,
        }

    def _facts(self) -> list[dict[str, Any]]:
        return [*entry_facts(self.api, self.actor), {"words": format_words(self.version), "icon": "file-code"}]

    def _switch(self) -> list[dict[str, str]]:
        now = timezone.now()
        return [
            {
                "version": version.name,
                "url": self.version_url(version),
                "note": _note(version, is_current=version.pk == self.api.current_version_id, now=now),
            }
            for version in self.versions[:VERSIONS_IN_SWITCH]
        ]

    def _tabs(self) -> list[dict[str, Any]]:
        counts = {
            "overview": ("Overview", self.version_url(self.version), None),
            "operations": ("Operations", self.url("api-operations"), self.version.operation_count),
            "docs": ("Docs", self.url("api-docs"), len(self.api.page_values)),
            "versions": ("Versions", self.url("api-versions"), len(self.versions)),
            "instances": ("Instances", self.url("api-instances"), len(self.instances)),
        }
        tabs = [{"name": name, "title": tab[0], "url": tab[1], "count": tab[2]} for name, tab in counts.items()]
        if self.version.warning_count and self.may_edit:
            url = reverse("catalog:version-findings", args=[self.api.slug, self.version.name])
            tabs.append({"name": "findings", "title": "Findings", "url": url, "count": self.version.warning_count})
        return [*tabs, *map(asdict, api_tabs.of(self))]

    def notice(self) -> dict[str, str] | None:
        """What stands above every page of a version that is not simply published."""
        version = self.version
        match version.lifecycle:
            case Lifecycle.DEPRECATED:
                return self._deprecation()
            case Lifecycle.DRAFT:
                title = f"Version {version.name} is a draft"
                return {"title": title, "text": "It may still change, and nobody should rely on it yet."}
            case Lifecycle.RETIRED:
                ended = f" since {long_day(version.retired_at.date())}" if version.retired_at else ""
                return {"title": f"Version {version.name} is retired{ended}", "text": self._instead(), **self._next()}
        return None

    def _deprecation(self) -> dict[str, str]:
        title = f"Version {self.version.name} is deprecated"
        if self.version.sunset_on:
            title = f"{title}, sunset {long_day(self.version.sunset_on)}"
        return {"grade": "warn", "icon_name": "hourglass", "title": title, "text": self._instead(), **self._next()}

    def _instead(self) -> str:
        if self.successor is None:
            return "No successor is named. Ask its owner what to use."
        return f"{self._successor_words()} replaces it."

    def _next(self) -> dict[str, str]:
        if self.successor is None:
            return {}
        url = reverse("catalog:version-detail", args=[self.successor.api.slug, self.successor.name])
        return {"action": f"Open {self._successor_words()}", "action_url": url}

    def _successor_words(self) -> str:
        other = self.successor.api_id != self.api.pk
        return f"{self.successor.api.title} {self.successor.name}" if other else self.successor.name


def api_page(actor: Actor, slug: str, version: str | None = None) -> APIPage:
    """The API and the named version, or the one that stands for it; six queries, and one more for a
    description of its own.

    Raises ``NotFound``.
    """
    api = api_detail(actor, slug)
    shown = version_detail(actor, slug, version or LATEST)
    shown.api = api
    versions = list(versions_of(actor, slug).order_by("-sort_key", "-name"))
    successor = shown.successor if shown.may_see_successor else None
    return APIPage(actor, api, shown, versions, successor, _stated(api, shown))


def _stated(api: API, shown: APIVersion) -> str:
    """The API's own description. A new API takes its document's, which the document of a later version replaces."""
    if not api.description or api.description == shown.description:
        return ""
    return "" if api.versions.filter(description=api.description).exists() else api.description


def _note(version: APIVersion, *, is_current: bool, now: Any) -> str:
    if is_current:
        return "latest"
    if version.lifecycle != Lifecycle.PUBLISHED:
        return version.get_lifecycle_display()
    return short_time(version.published_at, now) if version.published_at else ""
