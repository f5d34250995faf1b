"""What rooms above the catalog show on the pages of an API: tabs, buttons and parts of the rail.

They register functions in their ``AppConfig.ready``; the catalog calls them with the page that is shown. Each costs the
queries it makes on every page of an API, so it makes few.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar


@dataclass(frozen=True, slots=True)
class Tab:
    """``warning`` is said in a filled badge, of what needs action behind it."""

    name: str
    title: str
    url: str
    count: int | None = None
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A button in the head of the page; ``opens_dialog``: its page is shown as a dialog where scripts run."""

    title: str
    url: str
    icon: str
    is_primary: bool = False
    opens_dialog: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the rail of the overview: a template, and what it shows."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)


T = TypeVar("T")
Provider = Callable[[Any], Sequence[T]]


class Places:
    """Where functions of other rooms put something of one kind, in the order in which they registered."""

    def __init__(self) -> None:
        self._providers: list[Provider] = []

    def register(self, provider: Provider) -> Provider:
        """Ask this function for each page; a decorator."""
        self._providers.append(provider)
        return provider

    def of(self, page: Any) -> Iterator[Any]:
        """What everybody who registered puts on this page (``catalog.web.api_page.APIPage``)."""
        for provider in self._providers:
            yield from provider(page)


api_tabs = Places()
api_buttons = Places()
api_parts = Places()
