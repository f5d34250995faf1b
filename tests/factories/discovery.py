"""The least valid sources, runs and discovered services; each call makes new ones."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from django.conf import settings as live
from django.test import override_settings

from accounts.actor import Actor
from accounts.models import Role, Scope
from catalog.models import Environment
from discovery.models import DiscoveredService, Run, Source

SHELF = "tests.fakes.shelf.Shelf"

ADMINISTRATOR = Actor(kind="token", name="factory", role=Role.ADMINISTRATOR, scopes=frozenset({Scope.DISCOVERY}))

_numbers = count(1)


@contextmanager
def with_shelf() -> Iterator[None]:
    """The connector of the tests is installed, and no other."""
    with override_settings(PORTICO_CONNECTORS=(SHELF,), PORTICO_SECRETS_KEYS=live.PORTICO_SECRETS_KEYS or ["a key"]):
        yield


def make_source(name: str = "", *, environment: str = "production", **fields: Any) -> Source:
    """A source that nobody looked at yet."""
    place, _ = Environment.objects.get_or_create(slug=environment, defaults={"title": environment.capitalize()})
    fields = {"kind": "shelf", "configuration": {"cluster": "c1"}, **fields}
    return Source.objects.create(name=name or f"source-{next(_numbers)}", environment=place, **fields)


def make_run(source: Source, **fields: Any) -> Run:
    """The source's next run, complete unless told otherwise, and its last one."""
    source.run_count += 1
    run = Run.objects.create(
        source=source, number=source.run_count, **{"state": "complete", "started_by": "schedule", **fields}
    )
    source.last_run = run
    source.save()
    return run


def make_discovered(source: Source | None = None, name: str = "", **fields: Any) -> DiscoveredService:
    """A service that a run discovered and nobody decided about."""
    return make_many_discovered(source or make_source(), [name or f"service-{next(_numbers)}"], **fields)[0]


def make_many_discovered(source: Source, names: Iterable[str], **fields: Any) -> list[DiscoveredService]:
    state = fields.get("state", "new")
    shared = {
        "namespace": "shop",
        "cluster": source.name,
        "object_kind": "Service",
        "standing": state if state not in {"missing", "retired"} else "published",
        "fingerprint": b"0" * 16,
        **fields,
    }
    rows = [
        DiscoveredService(
            source=source,
            environment=source.environment,
            key=f"{source.name}/{shared['namespace']}/{name}",
            name=name,
            search_text=f"{name} {shared['namespace']}",
            **{"proposed_title": name, **shared},
        )
        for name in names
    ]
    return DiscoveredService.objects.bulk_create(rows)
