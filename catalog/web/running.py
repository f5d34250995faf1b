"""Where a service runs and who says what it is, for its page: the answers of the room above in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.actor import Actor
from catalog.models import Service
from catalog.questions import Place, Said, said_of
from common.web.words import counted

_LABELS = {
    "owner": "Owner",
    "domain": "Domain",
    "system": "System",
    "kind": "Kind",
    "visibility": "Visibility",
    "title": "Title",
    "description": "Description",
}
# Reasons that say nothing of this field in particular.
_PLAIN_REASONS = frozenset({"", "default"})


@dataclass(frozen=True, slots=True)
class Places:
    """The places of a service, best first."""

    all: Sequence[Place]

    @property
    def count(self) -> int:
        """How many of them are there now."""
        return sum(place.is_there for place in self.all)

    @property
    def there(self) -> list[Place]:
        return [place for place in self.all if place.is_there]

    @property
    def is_gone(self) -> bool:
        """Whether it ran somewhere and is seen nowhere any more."""
        return bool(self.all) and not self.count

    @property
    def matched(self) -> list[Place]:
        return [place for place in self.all if place.matched_by]

    @property
    def noted(self) -> list[Place]:
        return [place for place in self.all if place.specification_note]


@dataclass(frozen=True, slots=True)
class Saying:
    """A line of «Where this comes from»: a person by hand, else a reason, else only the source."""

    label: str
    said: Said | None = None
    words: str = ""


def places_fact(places: Places | None) -> list[dict[str, Any]]:
    """«3 places» for the line of facts; nothing when there is none."""
    if places is None or not places.count:
        return []
    return [{"words": counted(places.count, "place,places"), "icon": "map-pin", "url": "#places"}]


def sayings_of(actor: Actor, service: Service) -> list[Saying]:
    """The fields that somebody or something in particular speaks for, then the rest by their sources."""
    said: Mapping[str, Said] = said_of.ask(actor, service) or {}
    ordered = [said[field] for field in _LABELS if field in said]
    own = [one for one in ordered if one.is_by_hand or one.reason not in _PLAIN_REASONS]
    rest = [one for one in ordered if one not in own]
    lines = [Saying(_LABELS[one.field], one, _reason(one)) for one in own]
    if rest:
        lines.append(Saying("The rest" if own else "All of it", words=_sources(rest)))
    return lines


def _reason(said: Said) -> str:
    """«Annotation portico.io/owner in prod-eu»."""
    return f"{said.reason[:1].upper()}{said.reason[1:]} in {said.source}" if said.reason else said.source


def _sources(said: Iterable[Said]) -> str:
    return ", ".join(sorted({one.source for one in said}))
