"""What discovery says of a catalog service: for each field the place that speaks, its value and why. Pure but for rows.

A service that runs in several places is spoken for by the best of them that is there and says something of the field:
production first, then by source and key. So it does not matter which source was read last.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from discovery.linking import order_of
from discovery.models import DiscoveredService
from discovery.proposals import BY_DEFAULT

#: The fields of a service that discovery speaks of; the last three name rows.
WORDS = ("title", "description", "kind", "visibility")
ROWS = ("owner", "domain", "system")
FIELDS = (*WORDS, *ROWS)


@dataclass(frozen=True, slots=True)
class Statement:
    """``value`` is what the field is set to, a row or a word; ``plain`` the same as it is written down, by slug."""

    place: DiscoveredService
    value: Any
    plain: str | None
    reason: str


def statements_of(places: Iterable[DiscoveredService]) -> dict[str, Statement]:
    """Field -> what the places of one service say; they come with source, environment and what is proposed."""
    ordered = sorted(places, key=order_of)
    said = {}
    for field in FIELDS:
        statement = _first(ordered, field)
        if statement is not None:
            said[field] = statement
    return said


def plain(value: Any) -> str | None:
    """The value as it is written down: rows by slug, nothing as nothing."""
    return getattr(value, "slug", value) or None


def _first(ordered: Collection[DiscoveredService], field: str) -> Statement | None:
    """What the best place says; a place that says nothing leaves it to the next."""
    silent = None
    for place in ordered:
        value = getattr(place, f"proposed_{field}")
        if field == "title":
            value = value or place.name
        reason = place.reasons.get(field, "")
        # What nobody said is no reason to write over what somebody once did.
        said = None if reason == BY_DEFAULT else plain(value)
        statement = Statement(place, value, said, reason[:300])
        if statement.plain is not None:
            return statement
        silent = silent or statement
    return silent
