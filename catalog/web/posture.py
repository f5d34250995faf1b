"""How the mesh protects a service where it runs, as a table: what is in force by topic, places beside each other."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.questions import Place, PlaceFact

#: More of them beside each other cannot be compared; more in one cell cannot be read.
PLACES_AT_MOST = 6
LINES_AT_MOST = 12

_GROUPS = {
    "Identity and access": {"mtls": "mTLS", "callers": "Who may call", "authentication": "End-user tokens"},
    "Resilience": {
        "timeout": "Timeout",
        "retries": "Retries",
        "outliers": "Outlier detection",
        "limits": "Connection limits",
    },
    "Traffic and exposure": {"traffic": "Traffic split", "mesh": "In mesh", "exposure": "From outside"},
}
# What Istio does without being told; said where nothing is in force.
_HAS_DEFAULT = frozenset({"timeout", "retries", "outliers", "limits"})
# What is worked out of several objects, and for ambient mode is not.
_EVALUATED = frozenset({"mtls", "callers", "authentication"})


@dataclass(frozen=True, slots=True)
class Cell:
    """What is in force for one topic in one place: badges as (family, value), then facts, of ``more`` only a number."""

    place: str
    badges: tuple[tuple[str, str], ...] = ()
    facts: tuple[PlaceFact, ...] = ()
    more: int = 0

    @property
    def said(self) -> tuple[object, ...]:
        """What two places are compared by."""
        return self.badges, tuple((fact.text, fact.severity) for fact in self.facts), self.more


@dataclass(frozen=True, slots=True)
class Row:
    """A topic in all places."""

    title: str
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        return len({cell.said for cell in self.cells}) > 1


@dataclass(frozen=True, slots=True)
class PostureTable:
    """``read`` are the places that something is known of, ``unread`` the others; ``more`` places are not shown."""

    read: tuple[Place, ...]
    unread: tuple[Place, ...]
    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    more: int = 0

    @property
    def is_one(self) -> bool:
        return len(self.read) == 1

    @property
    def errors(self) -> int:
        return self._count("error")

    @property
    def warnings(self) -> int:
        return self._count("warning")

    @property
    def outside(self) -> tuple[Place, ...]:
        return tuple(place for place in self.read if place.posture.mesh == "outside")

    @property
    def ambient(self) -> tuple[Place, ...]:
        return tuple(place for place in self.read if place.posture.mesh == "ambient")

    def _count(self, severity: str) -> int:
        return sum(fact.severity == severity for place in self.read for fact in place.posture.facts)


def posture_table(places: Sequence[Place]) -> PostureTable:
    """The first ``PLACES_AT_MOST`` places that were read beside each other."""
    read = [place for place in places if place.posture.is_read]
    shown = read[:PLACES_AT_MOST]
    groups = [
        (title, tuple(row for topic, label in topics.items() if (row := _row(topic, label, shown)) is not None))
        for title, topics in _GROUPS.items()
    ]
    return PostureTable(
        read=tuple(shown),
        unread=tuple(place for place in places if not place.posture.is_read),
        groups=tuple((title, rows) for title, rows in groups if rows),
        more=len(read) - len(shown),
    )


def _row(topic: str, label: str, places: Sequence[Place]) -> Row | None:
    """Nothing when no place has anything to say of it."""
    cells = tuple(_cell(topic, place) for place in places)
    return Row(label, cells) if any(cell.badges or cell.facts for cell in cells) else None


def _cell(topic: str, place: Place) -> Cell:
    facts = tuple(fact for fact in place.posture.facts if fact.topic == topic)
    badges = _badges(topic, place, has_facts=bool(facts))
    return Cell(place_name(place), badges, facts[:LINES_AT_MOST], max(len(facts) - LINES_AT_MOST, 0))


def place_name(place: Place) -> str:
    """«Production, eu-1»: what tells the columns apart."""
    return f"{place.environment_title}, {place.cluster or place.source}"


def _badges(topic: str, place: Place, *, has_facts: bool) -> tuple[tuple[str, str], ...]:
    posture = place.posture
    if topic == "exposure":
        return _exposure(place)
    if topic == "mesh":
        return (("mesh", posture.mesh),)
    if word := {"mtls": posture.mtls, "callers": posture.callers}.get(topic, ""):
        return ((topic, word),)
    if has_facts or posture.mesh == "outside":
        return ()
    if posture.mesh == "ambient":
        return (("posture", "unevaluated"),) if topic in _EVALUATED else ()
    if topic in ("mtls", "callers"):
        return ((topic, ""),)
    return (("posture", "unset"),) if topic in _HAS_DEFAULT and posture.mesh == "sidecar" else ()


def _exposure(place: Place) -> tuple[tuple[str, str], ...]:
    if place.posture.is_open:
        return (("exposure", "open"),)
    known = (("exposure", place.exposure),)
    if place.exposure != "internet":
        return known
    return (*known, ("exposure", "unclear" if place.posture.is_open is None else "authenticated"))
