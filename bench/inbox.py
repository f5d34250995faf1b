"""What is asked of a full inbox: lists through REST, and its pages."""

import random
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from bench.client import Request
from bench.documents import Subject, plural, subjects

LIST, NEW, OF_NAMESPACE = "discovered services", "discovered services, new", "discovered services of a namespace"
COMMON, RARE = "discovered services, common word", "discovered services, rare word"
EXPOSED = "discovered services, environment and exposure"
PAGE, PAGE_SEARCHED = "inbox page", "inbox page, search"
# In the names of many services each, or in their labels.
_COMMON_WORDS = ("payment", "lookup", "corporate", "invoice", "routing", "cards")
_PLACES = [(environment, level) for environment in ("production", "staging") for level in ("internet", "mesh")]
_TABS = ("new", "matched", "published", "missing", "ignored", "retired")


def lists(namespaces: Sequence[str], services: int, seed: int, count: int) -> dict[str, list[Request]]:
    """``count`` requests of each kind for what the manifests of ``services`` hold, the same ones for the same seed."""
    chosen = _chosen(services, seed, count)
    return {
        LIST: _asked([{}] * count),
        NEW: _asked([{"state": "new"}] * count),
        OF_NAMESPACE: _asked([{"namespace": namespaces[number % len(namespaces)]} for number in range(count)]),
        COMMON: _asked([{"search": _COMMON_WORDS[number % len(_COMMON_WORDS)]} for number in range(count)]),
        RARE: _asked([{"search": _name(subject)} for subject in chosen]),
        EXPOSED: _asked(
            [
                dict(zip(("environment", "exposure"), _PLACES[number % len(_PLACES)], strict=True))
                for number in range(count)
            ]
        ),
    }


def pages(services: int, seed: int, count: int) -> dict[str, list[Request]]:
    """The same for the inbox as a person sees it: each of its tabs, and searches."""
    asked: Mapping[str, list[dict[str, str]]] = {
        PAGE: [{}] * count,
        **{f"inbox page, {tab}": [{"state": tab}] * count for tab in _TABS[1:]},
        PAGE_SEARCHED: [{"search": _name(subject)} for subject in _chosen(services, seed, count)],
    }
    return {
        kind: [Request(f"/discovery/inbox/?{urlencode(query)}") for query in queries] for kind, queries in asked.items()
    }


def _asked(queries: Sequence[Mapping[str, str]]) -> list[Request]:
    return [Request(f"/api/v1/discovered-services?{urlencode({'limit': 50, **query})}") for query in queries]


def _chosen(services: int, seed: int, count: int) -> list[Subject]:
    return random.Random(seed).choices(subjects(services, seed), k=count)


def _name(subject: Subject) -> str:
    """What its manifest calls the service."""
    return f"{subject.qualifier}-{plural(subject.thing)}-{subject.role}"
