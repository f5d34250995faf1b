"""Looking for one specification: places in their order, until one answers with a document that is recognised. No
database; what is asked and how an answer is read is given.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from common.http.places import place_of
from common.http.values import Answer, Failure, Question
from common.outbound import Reach
from discovery.connectors.fetches import Obstacle, Spot
from discovery.fetching.linkset import service_descriptions
from discovery.fetching.places import API_CATALOG, WELL_KNOWN, Said
from discovery.fetching.reading import Read
from discovery.models import FetchOutcome

TRIED_AT_MOST = 40
REQUESTS_AT_MOST = 60
_REFUSALS = frozenset({"not-allowed", "forbidden"})
_TAG_AT_MOST, _DATE_AT_MOST = 300, 100

Ask = Callable[[Question], Answer | Failure]


@dataclass(frozen=True, slots=True)
class Before:
    """What is known of the last look: the place with its marks, and the digest of what was there."""

    place: str = ""
    etag: str = ""
    last_modified: str = ""
    sha256: str = ""

    @property
    def conditions(self) -> Mapping[str, str]:
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in named.items() if value}


@dataclass(slots=True)
class Looked:
    """What came of it. ``document`` only when there is another one than before; ``tried`` says what was asked."""

    outcome: str = FetchOutcome.NOT_FOUND
    note: str = ""
    place: str = ""
    etag: str = ""
    last_modified: str = ""
    sha256: str = ""
    document: bytes | None = field(default=None, repr=False)
    media_type: str = ""
    tried: list[dict[str, str]] = field(default_factory=list)

    @property
    def asked_nothing(self) -> bool:
        return not self.tried


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One place: what people are shown of it, and how it is asked. ``is_named``: an annotation says so."""

    what: str
    get: Callable[[Mapping[str, str]], Answer | Obstacle]
    spot: Spot | None = None
    path: str = ""
    is_named: bool = False


class _Enough(Exception):
    """Something was found, or no more may be asked."""


class Look:
    """One look; ``go`` it once. ``read`` raises what it does when documents cannot be read for the moment."""

    def __init__(self, *, ask: Ask, read: Callable[[bytes], Read], reach: Reach, deadline: float) -> None:
        self._ask, self._read, self._reach, self._deadline = ask, read, reach, deadline
        self._looked = Looked()
        self._ended: list[Spot] = []
        self._answered = False
        self._codes: set[str] = set()
        self._requests = 0

    def go(self, said: Said, spots: Sequence[Spot], before: Before) -> Looked:
        """Where it was before comes first, then annotations, then the well-known paths of each spot."""
        for key in said.wrong:
            self._note(f"annotation {key}", "It is neither an address nor a plain path.")
        candidates = list(self._candidates(said, spots))
        try:
            for candidate in candidates:
                if before.place and candidate.what == before.place:
                    self._try(candidate, before, before.conditions)
            for candidate in candidates:
                if not before.place or candidate.what != before.place:
                    self._try(candidate, before, {})
        except _Enough:
            return self._looked
        self._settle_in_vain()
        return self._looked

    def _candidates(self, said: Said, spots: Sequence[Spot]) -> Iterator[_Candidate]:
        for _, url in said.addresses:
            yield self._at_address(url)
        for _, path in said.paths:
            for spot in spots:
                yield _at(spot, path, is_named=True)
        for spot in spots:
            for path in WELL_KNOWN:
                yield _at(spot, path)

    def _at_address(self, url: str) -> _Candidate:
        """An address of an annotation: asked without anything of the source's, within everybody's reach."""

        def get(conditions: Mapping[str, str]) -> Answer | Obstacle:
            question = Question(url, conditions=conditions, reach=self._reach, reach_elsewhere=self._reach)
            result = self._ask(question)
            return Obstacle(result.code, result.sentence) if isinstance(result, Failure) else result

        place = place_of(url)
        return _Candidate(place.shown if place else "", get, is_named=True)

    def _try(self, candidate: _Candidate, before: Before, conditions: Mapping[str, str]) -> None:
        """Ask there; raises ``_Enough`` when that is the end of it."""
        if candidate.spot is not None and candidate.spot in self._ended:
            return
        if self._requests >= REQUESTS_AT_MOST or time.monotonic() >= self._deadline:
            self._note("the rest", "Not asked any more: too many places, or too slow.")
            self._settle_in_vain()
            raise _Enough
        self._requests += 1
        result = candidate.get(conditions)
        if isinstance(result, Obstacle):
            self._codes.add(result.code)
            self._note(candidate.what, result.sentence)
            if result.is_lasting and candidate.spot is not None:
                self._ended.append(candidate.spot)
            return
        self._answered = True
        self._judge(candidate, result, before)

    def _judge(self, candidate: _Candidate, answer: Answer, before: Before) -> None:
        if answer.status == 304 and before.sha256:
            self._settle(FetchOutcome.UNCHANGED, candidate, answer, before.sha256, before)
        if answer.status != 200:
            self._note(candidate.what, f"Answered {answer.status}.")
            return
        digest = hashlib.sha256(answer.body).hexdigest()
        if digest == before.sha256 and candidate.what == before.place:
            self._settle(FetchOutcome.UNCHANGED, candidate, answer, digest)
        if candidate.path.endswith(API_CATALOG) and candidate.spot is not None:
            self._follow(candidate, answer, before)
            return
        found = self._read(answer.body)
        if found.is_specification and not found.finding:
            self._take(candidate, answer, digest, before)
        if found.is_specification or (candidate.is_named and found.finding):
            self._note(candidate.what, f"Refused: {found.finding}")
            self._looked.outcome, self._looked.note = FetchOutcome.REFUSED, found.finding
            self._looked.place = candidate.what
            if found.is_specification:
                raise _Enough
            return
        self._note(candidate.what, "Answered, but not with a specification.")

    def _follow(self, candidate: _Candidate, answer: Answer, before: Before) -> None:
        """The links of an API catalog that stay at the service."""
        links = service_descriptions(answer.body, candidate.spot.origin, candidate.path)
        self._note(candidate.what, f"An API catalog with {len(links)} links to descriptions at this service.")
        for path in links:
            if not path.endswith(API_CATALOG):
                self._try(_at(candidate.spot, path), before, {})

    def _take(self, candidate: _Candidate, answer: Answer, digest: str, before: Before) -> None:
        outcome = FetchOutcome.FOUND
        if before.sha256:
            outcome = FetchOutcome.UNCHANGED if digest == before.sha256 else FetchOutcome.CHANGED
        if digest != before.sha256:
            self._looked.document = answer.body
            self._looked.media_type = answer.headers.get("content-type", "").partition(";")[0].strip()[:100]
        self._settle(outcome, candidate, answer, digest)

    def _settle(
        self, outcome: str, candidate: _Candidate, answer: Answer, digest: str, before: Before | None = None
    ) -> None:
        looked = self._looked
        looked.outcome, looked.note, looked.place, looked.sha256 = outcome, "", candidate.what, digest
        looked.etag = _mark(answer, "etag", _TAG_AT_MOST) or (before.etag if before else "")
        looked.last_modified = _mark(answer, "last-modified", _DATE_AT_MOST) or (before.last_modified if before else "")
        self._note(candidate.what, FetchOutcome(outcome).label)
        raise _Enough

    def _settle_in_vain(self) -> None:
        """What the end of all places means: nobody answered, or nobody may be asked."""
        looked = self._looked
        if looked.outcome == FetchOutcome.NOT_FOUND and not self._answered and self._codes:
            refused = self._codes & _REFUSALS
            looked.outcome = FetchOutcome.NOT_ALLOWED if refused else FetchOutcome.UNREACHABLE

    def _note(self, what: str, outcome: str) -> None:
        if len(self._looked.tried) < TRIED_AT_MOST:
            self._looked.tried.append({"what": what[:500], "outcome": outcome[:500]})


def _at(spot: Spot, path: str, *, is_named: bool = False) -> _Candidate:
    what = f"{spot.name}{path.partition('?')[0]}"
    return _Candidate(what, lambda conditions: spot.get(path, conditions), spot, path, is_named)


def _mark(answer: Answer, header: str, at_most: int) -> str:
    """A validator to be shown again; one that is too long or not printable is none."""
    value = answer.headers.get(header, "")
    return value if len(value) <= at_most and value.isascii() and value.isprintable() else ""
