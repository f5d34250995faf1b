"""What every page of an application shows: its head, its tabs, and what the reader may do."""

from dataclasses import asdict, dataclass, field
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import Membership
from catalog.querysets import is_visible
from common.access import can
from common.paging import bounded_counts
from common.web.words import compact, counted
from marketplace.models import LIVE, Application, Credential, CredentialPurpose, Subscription
from marketplace.permissions import Action
from marketplace.queries.credentials import keys_that_end
from marketplace.questions import requests_of
from marketplace.web.application_list import EXPIRES_SOON, live_keys
from marketplace.web.extensions import application_parts, application_tabs
from marketplace.web.places import application_crumbs
from marketplace.web.words import holder_words


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """An application as the actor may know it: its holders all of it, owners of APIs what concerns these."""

    actor: Actor
    application: Application
    may_edit: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "may_edit", can(self.actor, Action.APPLICATION_EDIT, self.application))

    @property
    def is_retired(self) -> bool:
        return self.application.retired_at is not None

    def url(self, name: str) -> str:
        return reverse(f"marketplace:{name}", args=[self.application.public_id])

    def context(self, tab: str, **more: Any) -> dict[str, Any]:
        """The context of ``templates/marketplace/application_base.html``, and what the page adds; one query, and what
        the tabs of other rooms need."""
        title = "" if tab == "overview" else tab.capitalize()
        return {
            "page": self,
            "application": self.application,
            "section": "access",
            "crumbs": application_crumbs(self.application, title),
            "facts": self._facts(),
            "tabs": self._tabs(),
            "tab": tab,
            "parts": list(application_parts.of(self)) if tab == "overview" else [],
            **more,
        }

    def _facts(self) -> list[dict[str, Any]]:
        one = self.application
        facts: list[dict[str, Any]] = [{"words": holder_words(one), "icon": "user"}]
        if one.team is not None:
            url = reverse("accounts:team-detail", args=[one.team.slug])
            facts = [{"words": one.team.title, "team": True, "url": url}]
        if one.service is not None and is_visible(self.actor, one.service):
            url = reverse("catalog:service-detail", args=[one.service.slug])
            facts.append({"words": f"runs as {one.service.title}", "icon": "box", "url": url})
        facts.append({"words": one.environment.title, "icon": "world"})
        if sent := requests_of.ask(self.actor, one, timezone.now()):
            facts.append({"words": f"{compact(sent)} requests, 7 days", "icon": "activity"})
        return facts

    def _tabs(self) -> list[dict[str, Any]]:
        now = timezone.now()
        subscriptions = Subscription.objects.visible_to(self.actor).filter(application=self.application)
        keys = Credential.objects.visible_to(self.actor).filter(
            subscription__application=self.application, purpose=CredentialPurpose.APPLICATION
        )
        members = Membership.objects.filter(team=self.application.team)
        live, working, ending, people = (
            count.value
            for count in bounded_counts(
                [
                    subscriptions.filter(state__in=LIVE),
                    keys.filter(pk__in=live_keys(now).values("pk")),
                    keys.filter(pk__in=keys_that_end(EXPIRES_SOON, now).order_by().values("pk")),
                    members if self.application.team_id else members.none(),
                ]
            )
        )
        warning = counted(ending, "expires,expire") if ending else ""
        tabs = [
            self._tab("overview", "Overview", "application-detail"),
            self._tab("subscriptions", "Subscriptions", "application-subscriptions", live),
            self._tab("keys", "Keys", "application-keys", working, warning),
            *map(asdict, application_tabs.of(self)),
        ]
        if self.application.team_id:
            tabs.append(self._tab("members", "Members", "application-members", people))
        if self.may_edit:
            tabs.append(self._tab("history", "History", "application-history"))
        return tabs

    def _tab(self, name: str, title: str, url: str, count: int | None = None, warning: str = "") -> dict[str, Any]:
        return {"name": name, "title": title, "url": self.url(url), "count": count, "warning": warning}
