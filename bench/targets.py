"""What is asked of a generated catalog: the kinds of request, each with many different ones of its kind."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

import orjson

from bench.client import Request
from bench.documents import Subject, document_of, subjects

LIST, FILTERED, FACETS, FACETS_OF_SEARCH = "list", "list of a domain", "facets", "facets of a search"
RARE, COMMON, PREFIX, TYPO = "search, rare words", "search, common word", "search, while typing", "search, misspelt"
IDENTIFIER, ROUTE = "search, operation identifier", "search, method and path"
BY_NAME, OPERATIONS = "one API by name", "operations of a version"
HOME, BROWSE, API_PAGE, OPERATION_PAGE = "home page", "browse page", "API page", "operation page"

READABLE = 10
# In the documents of most generated APIs.
_COMMON_WORDS = ("create", "delete", "change", "list", "role", "service")


@dataclass(frozen=True, slots=True)
class Known:
    """A generated API that the caller may see."""

    subject: Subject
    version: str


def requests_of(known: list[Known], seed: int, count: int) -> dict[str, list[Request]]:
    """``count`` requests of each kind, the same ones for the same catalog and seed."""
    chance = random.Random(seed)
    chosen = [chance.choice(known) for _ in range(count)]
    documents = [document_of(entry.subject, seed) for entry in chosen]
    return {
        LIST: _repeated(["/api/v1/apis?limit=50"], count),
        FILTERED: _apis(({"domain": domain, "limit": 50} for domain in ("cards", "payments", "fleet")), count),
        FACETS: _repeated(["/api/v1/apis?facets=true&limit=1"], count),
        FACETS_OF_SEARCH: _apis(({"q": word, "facets": "true", "limit": 20} for word in _COMMON_WORDS), count),
        RARE: _searches(entry.subject.title for entry in chosen),
        COMMON: _searches(_COMMON_WORDS[number % len(_COMMON_WORDS)] for number in range(count)),
        PREFIX: _searches(entry.subject.thing[: max(3, len(entry.subject.thing) - 2)] for entry in chosen),
        TYPO: _searches(_misspelled(entry.subject, chance) for entry in chosen),
        IDENTIFIER: _searches(_an_identifier(document, chance) for document in documents),
        ROUTE: _searches(_a_route(document, chance) for document in documents),
        BY_NAME: [Request(f"/api/v1/apis/{entry.subject.slug}") for entry in chosen],
        OPERATIONS: [
            Request(f"/api/v1/apis/{entry.subject.slug}/versions/{entry.version}/operations") for entry in chosen
        ],
    }


def pages_of(known: list[Known], seed: int, count: int) -> dict[str, list[Request]]:
    """The same for pages that a signed-in person reads; those of one API are of the ones in ``readable``."""
    chance = random.Random(seed)
    chosen = [chance.choice(known[:READABLE]) for _ in range(count)]
    documents = [document_of(entry.subject, seed) for entry in chosen]
    searches = [urlencode({"q": entry.subject.title}) for entry in chosen]
    addresses = [f"/apis/read-{entry.subject.slug}/" for entry in chosen]
    return {
        HOME: _repeated(["/"], count),
        BROWSE: [Request(f"/browse/?{query}") for query in searches],
        API_PAGE: [Request(address) for address in addresses],
        OPERATION_PAGE: [
            Request(f"{address}operations/{_an_identifier(document, chance)}/")
            for address, document in zip(addresses, documents, strict=True)
        ],
    }


def readable(known: list[Known], seed: int, team: str) -> list[Request]:
    """What publishes the documents of a few under other names: rows written in bulk have less than a page shows."""
    return [
        Request(
            f"/api/v1/apis/read-{entry.subject.slug}/versions/auto?owner={team}",
            "PUT",
            orjson.dumps(document_of(entry.subject, seed)),
        )
        for entry in known[:READABLE]
    ]


def known_of(answers: Iterable[dict], apis: int, seed: int) -> list[Known]:
    """The generated APIs among the results of a list."""
    by_slug = {subject.slug: subject for subject in subjects(apis, seed)}
    return [
        Known(by_slug[answer["slug"]], document_of(by_slug[answer["slug"]], seed)["info"]["version"])
        for answer in answers
        if answer["slug"] in by_slug
    ]


def _repeated(paths: list[str], count: int) -> list[Request]:
    return [Request(paths[number % len(paths)]) for number in range(count)]


def _apis(queries: Iterable[dict], count: int) -> list[Request]:
    return _repeated([f"/api/v1/apis?{urlencode(query)}" for query in queries], count)


def _searches(queries: Iterable[str]) -> list[Request]:
    return [Request(f"/api/v1/search?{urlencode({'q': query, 'limit': 20})}") for query in queries]


def _misspelled(subject: Subject, chance: random.Random) -> str:
    """The title with one letter of its longest word left out; the first letter stays, as people get that right."""
    words = subject.title.split()
    longest = max(range(len(words)), key=lambda number: len(words[number]))
    word = words[longest]
    gone = chance.randrange(1, len(word) - 1)
    words[longest] = word[:gone] + word[gone + 1 :]
    return " ".join(words)


def _an_identifier(document: dict, chance: random.Random) -> str:
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    return chance.choice(operations)["operationId"]


def _a_route(document: dict, chance: random.Random) -> str:
    path = chance.choice(list(document["paths"]))
    method = chance.choice(list(document["paths"][path]))
    return f"{method.upper()} {path}"
