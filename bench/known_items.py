"""Known-item searches: questions made from the generated catalog, each with its one right answer.

``python -m bench.known_items [--asked 300] [--seed 1]`` prints how many were found where they should be. The catalog
was filled by ``bench.generate`` with the same seed.
"""

import argparse
import os
import random
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()

from accounts.actor import Actor
from accounts.models import Role
from bench.documents import Subject, document_of, subjects
from catalog.models import API
from catalog.search.query import search
from catalog.search.values import Result, SearchRequest

READER = Actor(kind="user", name="bench", role=Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Item:
    """A question and its answer: an API, or one of its operations when ``operation`` is set."""

    query: str
    api: str
    operation: str = ""

    def is_answered_by(self, result: Result) -> bool:
        if self.operation:
            return result.operation == self.operation and result.api == self.api
        return result.api == self.api


@dataclass(frozen=True)
class Kind:
    """One kind of question: how it is made, among how many results it must be found, and how often."""

    make: Callable[[Subject, dict[str, Any], random.Random], Item]
    within: int
    share: float


@dataclass(frozen=True)
class Score:
    """How often a kind was found, and what was not."""

    found: int
    asked: int
    missed: tuple[str, ...]

    @property
    def share(self) -> float:
        return self.found / self.asked


def _operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(method, path, operation) for path, item in document["paths"].items() for method, operation in item.items()]


def _name(subject: Subject, _document: dict[str, Any], _chance: random.Random) -> Item:
    return Item(subject.slug, subject.slug)


def _title(subject: Subject, _document: dict[str, Any], _chance: random.Random) -> Item:
    return Item(subject.title, subject.slug)


def _operation_id(subject: Subject, document: dict[str, Any], chance: random.Random) -> Item:
    _, _, operation = chance.choice(_operations(document))
    return Item(operation["operationId"], subject.slug, operation["operationId"])


def _method_and_path(subject: Subject, document: dict[str, Any], chance: random.Random) -> Item:
    method, path, operation = chance.choice(_operations(document))
    asked = "/".join(_asked_segment(segment, chance) for segment in path.split("/"))
    return Item(f"{method.upper()} {asked}", subject.slug, operation["operationId"])


def _asked_segment(segment: str, chance: random.Random) -> str:
    """A parameter as it is written, by another name, or as a value somebody copied from a log."""
    if not segment.startswith("{"):
        return segment
    return chance.choice((segment, "{id}", str(chance.randint(1, 99_999)), f"{chance.getrandbits(64):016x}"))


def _resource_words(subject: Subject, _document: dict[str, Any], chance: random.Random) -> Item:
    asked = [subject.qualifier, subject.thing, subject.role]
    chance.shuffle(asked)
    return Item(" ".join(asked), subject.slug)


def _summary(subject: Subject, document: dict[str, Any], chance: random.Random) -> Item:
    _, _, operation = chance.choice(_operations(document))
    return Item(operation["summary"], subject.slug, operation["operationId"])


def _schema(subject: Subject, document: dict[str, Any], chance: random.Random) -> Item:
    names = [name for name in document["components"]["schemas"] if name.startswith(subject.pascal)]
    return Item(chance.choice(names), subject.slug)


def _parameter(subject: Subject, _document: dict[str, Any], _chance: random.Random) -> Item:
    return Item(f"{subject.qualifier}{subject.thing.title()}{subject.role.title()}Id", subject.slug)


def _misspelt(subject: Subject, _document: dict[str, Any], chance: random.Random) -> Item:
    asked = subject.title.split()
    place = chance.choice([i for i, word in enumerate(asked) if len(word) > 3])
    asked[place] = misspell(asked[place], chance)
    return Item(" ".join(asked), subject.slug)


def misspell(word: str, chance: random.Random) -> str:
    """The word with one slip: two letters swapped, one left out, one doubled or one replaced; the first stays."""
    place = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    slips = (
        before + after[0] + letter + after[1:],
        before + after,
        before + letter + letter + after,
        before + chance.choice(string.ascii_lowercase) + after,
    )
    return chance.choice([slip for slip in slips if slip != word])


KINDS = {
    "exact name": Kind(_name, 1, 0.98),
    "full title": Kind(_title, 1, 0.98),
    "operation id": Kind(_operation_id, 1, 0.98),
    "method and path": Kind(_method_and_path, 1, 0.98),
    "resource words": Kind(_resource_words, 5, 0.95),
    "operation summary": Kind(_summary, 5, 0.95),
    "schema name": Kind(_schema, 5, 0.95),
    "parameter or property name": Kind(_parameter, 5, 0.95),
    "one misspelt word": Kind(_misspelt, 5, 0.90),
}


def measure(chosen: list[Subject], asked: int, seed: int) -> dict[str, Score]:
    """The score of each kind of question, ``asked`` of each, about these subjects of the catalog."""
    chance = random.Random(f"known items {seed}")
    return {name: _score(kind, list(_items(kind, chosen, asked, seed, chance))) for name, kind in KINDS.items()}


def _items(kind: Kind, chosen: list[Subject], asked: int, seed: int, chance: random.Random) -> Iterator[Item]:
    for subject in chance.sample(chosen, min(asked, len(chosen))):
        yield kind.make(subject, document_of(subject, seed), chance)


def _score(kind: Kind, items: list[Item]) -> Score:
    missed = []
    for item in items:
        results = search(READER, SearchRequest(q=item.query, limit=kind.within)).results
        if not any(item.is_answered_by(result) for result in results):
            missed.append(item.query)
    return Score(len(items) - len(missed), len(items), tuple(missed))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--asked", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chosen = subjects(API.objects.count(), options.seed)
    print(f"{'Question':28} {'within':>6} {'found':>7} {'wanted':>7}  for example missed")
    for name, score in measure(chosen, options.asked, options.seed).items():
        kind = KINDS[name]
        missed = "; ".join(score.missed[:2])
        print(f"{name:28} {kind.within:6} {score.share:7.1%} {kind.share:7.0%}  {missed}")


if __name__ == "__main__":
    main()
