"""What a run has seen so far: observations by key, problems, and the scopes that were read in full."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from discovery.connectors.base import Complete, ConnectorError, Derived, Observation, Problem, Same
from discovery.facts import Spotted, fingerprint
from discovery.runs.cleaning import Unusable, clean_observation, clean_problem, plain, size_of
from discovery.runs.spool import Full, Spool

MAX_PROBLEMS = 1000
MAX_CHARACTERS = 400_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a source is listened to."""

    seconds: float = 1200
    observations: int = 200_000
    specification_bytes: int = 10_000_000
    characters: int = MAX_CHARACTERS


class Enough(Exception):
    """The bounds are reached: what was seen counts, and nothing is concluded from what was not."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(code, message)


@dataclass(slots=True)
class Gathered:
    """``problem_count`` counts all, ``problems`` keeps the first thousand; ``partial`` is why the connector stopped."""

    spool: Spool
    limits: Limits
    scrub: Callable[[str], str] = str
    observed: dict[str, Spotted] = field(default_factory=dict)
    complete: set[tuple[str, str]] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    has_errors: bool = False
    partial: ConnectorError | None = None
    is_same: bool = False
    origin: bytes = b""
    _doubled: dict[str, set[str]] = field(default_factory=dict)
    _characters: int = 0

    def note(self, problem: Problem) -> None:
        self.problem_count += 1
        self.has_errors |= problem.severity == "error"
        if len(self.problems) < MAX_PROBLEMS:
            # Hidden before it is shortened: the half of a secret is one as well.
            hidden = {name: self.hide(getattr(problem, name)) for name in ("code", "message", "place")}
            self.problems.append(clean_problem(replace(problem, **hidden)))

    def hide(self, text: Any) -> Any:
        """The text without the source's secrets; what is no text is for the cleaning to judge."""
        return self.scrub(text) if isinstance(text, str) else text

    def note_complete(self, scope: Complete) -> None:
        self.complete.add((plain(scope.kind), plain(scope.namespace)))

    def note_origin(self, said: Derived | Same) -> None:
        """Raises ``ValueError`` for what breaks the contract of connectors."""
        if isinstance(said, Derived):
            self.origin = bytes(said.origin)
        elif self.observed:
            raise ValueError
        else:
            self.is_same = True

    def take(self, seen: Observation) -> None:
        """Keep the observation; raises ``Enough``, and ``ValueError`` for what breaks the contract of connectors."""
        if self.is_same:
            raise ValueError
        place = self.hide(seen.place)
        if place != seen.place:
            seen = replace(seen, place=place)
        try:
            spotted, shortened = clean_observation(seen)
        except Unusable as error:
            self.note(Problem("unusable", f"A service was left out: {error}.", place=seen.place or seen.name))
            return
        cleaned = spotted.seen
        if shortened:
            self.note(
                Problem("shortened", f"The {shortened} of {cleaned.key} were too long.", "warning", cleaned.place)
            )
        if cleaned.key not in self.observed and len(self.observed) >= self.limits.observations:
            raise Enough("too-many-services", f"The source has more than {self.limits.observations:,} services.")
        self._characters += size_of(spotted)
        if self._characters > self.limits.characters:
            raise Enough("too-large", "The source says more of its services than a run keeps in memory.")
        self._add(self._spooled(spotted))

    def finish(self) -> None:
        """Say what is only known at the end: which keys stood for services that differ."""
        for key, places in sorted(self._doubled.items()):
            message = f"Different services have the key {key}; one of them was taken."
            self.note(Problem("same-key", message, "warning", ", ".join(sorted(places))))

    def _add(self, spotted: Spotted) -> None:
        key = spotted.seen.key
        other = self.observed.get(key)
        if other is not None and (mark := _order(spotted)) != (others := _order(other)):
            # Whichever came first, the same one is taken.
            self._doubled.setdefault(key, set()).update({spotted.seen.place, other.seen.place} - {""})
            if others < mark:
                return
        self.observed[key] = spotted

    def _spooled(self, spotted: Spotted) -> Spotted:
        seen = spotted.seen
        found = seen.specification
        if found is None:
            return spotted
        if not seen.specification_read:
            return Spotted(replace(seen, specification=None))
        place = self.hide(plain(found.place))[:1000]
        refusal = None
        if len(found.content) > self.limits.specification_bytes:
            refusal = Problem("specification-too-large", f"The specification of {seen.key} is too large.", place=place)
        else:
            try:
                return Spotted(replace(seen, specification=None), self.spool.keep(found), place)
            except Full:
                refusal = Problem("specifications-too-large", "The specifications of this run are too large together.")
        self.note(replace(refusal, severity="warning"))
        return Spotted(replace(seen, specification=None, specification_read=False))


def _order(spotted: Spotted) -> tuple[bool, bytes]:
    return not spotted.is_whole, fingerprint(spotted)
