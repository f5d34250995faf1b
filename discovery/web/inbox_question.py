"""What an address asks of the inbox: the state that is shown, the filters, where in the list. Values only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict

from accounts.actor import Actor
from discovery.filters import NOBODY, owned_by, specified
from discovery.models import State

FILTERS = (
    "search", "namespace", "environment", "source", "exposure", "specification", "mesh", "mtls", "callers", "open",
    "owner", "domain",
)  # fmt: skip
TABS = (State.NEW, State.MATCHED, State.PUBLISHED, State.MISSING, State.IGNORED, State.RETIRED)


@dataclass(frozen=True, slots=True)
class View:
    """A filter that one click sets, for what deserves a look before it is published; ``condition`` is what it asks for
    an actor."""

    field: str
    value: str
    title: str
    icon: str
    condition: Callable[[Actor], Q]


VIEWS: Mapping[str, View] = {
    "unowned": View("owner", NOBODY, "No owner", icon="user-question", condition=partial(owned_by, NOBODY)),
    "exposed": View("exposure", "internet", "Exposed", icon="world", condition=lambda _: Q(exposure="internet")),
    "open": View("open", "true", "No authentication", icon="world-exclamation", condition=lambda _: Q(is_open=True)),
    "unspecified": View(
        "specification", NOBODY, "No specification", icon="file-off", condition=lambda _: specified(NOBODY)
    ),
}


@dataclass(frozen=True, slots=True)
class InboxQuestion:
    """``path`` is the page that shows the inbox; ``fixed_source`` is the source that page is about, if it is one."""

    path: str
    state: str
    filters: Mapping[str, str]
    cursor: str | None = None
    page: int = 1
    fixed_source: str = ""

    @property
    def asked(self) -> dict[str, str]:
        """The state and all filters, for the filter set."""
        asked = {**self.filters, "state": self.state}
        return {**asked, "source": self.fixed_source} if self.fixed_source else asked

    @property
    def is_open(self) -> bool:
        """Whether the rows wait to be published."""
        return self.state in (State.NEW, State.MATCHED)

    @property
    def is_filtered(self) -> bool:
        return bool(self.filters)

    @property
    def view(self) -> str:
        """The one-click view that the filters amount to; empty for none of them."""
        return next((name for name, view in VIEWS.items() if self.filters.get(view.field) == view.value), "")

    def url(self, **changes: str | int | None) -> str:
        """The address with some of it changed: a filter, ``state``, ``cursor`` and ``page``; ``None`` leaves it out.

        Anything but another page begins again with the first one.
        """
        said: dict[str, str | int | None] = {"state": self.state, **self.filters, **changes}
        if said["state"] == State.NEW:
            del said["state"]
        pairs = [(name, value) for name, value in said.items() if value not in (None, "")]
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    @property
    def here_url(self) -> str:
        """The address of this very page of the list."""
        return self.url(cursor=self.cursor, page=self.page if self.cursor else None)

    @property
    def arrived_query(self) -> str:
        """The query string that asks what has arrived since, wherever the inbox stands."""
        return f"?{urlencode(self.asked)}"

    def view_url(self, view: str) -> str:
        """The address of a one-click view; the empty one is all, whatever the view was before."""
        changes: dict[str, str | None] = {
            one.field: None for one in VIEWS.values() if self.filters.get(one.field) == one.value
        }
        if view:
            changes[VIEWS[view].field] = VIEWS[view].value
        return self.url(**changes)

    def cleared_url(self) -> str:
        return self.url(**dict.fromkeys(FILTERS))


def question_of(query: QueryDict, path: str, fixed_source: str = "") -> InboxQuestion:
    """The question of a query string; what it does not know is left out."""
    state = query.get("state", State.NEW)
    fields = [name for name in FILTERS if not (fixed_source and name == "source")]
    filters = {name: value for name in fields if (value := query.get(name, "").strip()[:200])}
    number = query.get("page", "")
    return InboxQuestion(
        path=path,
        state=state if state in TABS else State.NEW,
        filters=filters,
        cursor=query.get("cursor") or None,
        page=int(number) if number.isdecimal() and len(number) < 7 and int(number) else 1,
        fixed_source=fixed_source,
    )
