"""Fills an empty catalog with invented APIs: ``python -m bench.generate --apis 10000 [--seed 1]``.

The same seed gives the same catalog. Rows are written in bulk, past the use cases, and the search documents
afterwards in a few statements, their word indexes at the end; publishing through the REST door is measured on its own.
That the rows are those of a published API is tested. 100,000 APIs take about half an hour.
"""

import argparse
import hashlib
import os
import random
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import django
import orjson

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()

from django.contrib.postgres.indexes import GinIndex
from django.db import connection

from accounts.models import Team
from bench import vocabulary as words
from bench.documents import Subject, description_of, document_of, plural, subjects
from bench.operations import operations_of
from bench.rows import copy_in
from catalog.models import (
    API,
    APIInstance,
    APIVersion,
    Definition,
    Domain,
    EntryDocument,
    Environment,
    OperationDocument,
    Service,
    Specification,
    System,
    Tag,
)
from catalog.search import index
from catalog.search.words import rebuild as rebuild_words
from catalog.versions import sort_key
from common.slugs import slug_of

BATCH = 500
START = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Groups:
    """What entries hang on, by sector where that matters."""

    teams: list[Team]
    domains: dict[str, list[Domain]]
    systems: dict[int, list[System]]
    tags: list[Tag]
    environments: list[Environment]


def generate(apis: int, seed: int = 1) -> None:
    """Write ``apis`` APIs with about eleven operations each, a fifth as many services, and index them."""
    chance = random.Random(seed)
    groups = _groups(apis, chance)
    chosen = subjects(apis, seed)
    for first in range(0, apis, BATCH):
        _write_apis(chosen[first : first + BATCH], groups, seed, chance)
    _write_services(chosen[: apis // 5], groups, chance)
    with _word_indexes_made_at_once():
        index.rebuild()
    rebuild_words()


@contextmanager
def _word_indexes_made_at_once() -> Iterator[None]:
    """To make an index of a million documents takes a minute, to keep one while they are written half an hour."""
    indexes = [
        (model, one)
        for model in (EntryDocument, OperationDocument)
        for one in model._meta.indexes
        if isinstance(one, GinIndex)
    ]
    with connection.schema_editor() as editor:
        for model, one in indexes:
            editor.remove_index(model, one)
    yield
    with connection.schema_editor() as editor:
        # A table with checks still to come, as it has inside a transaction, can get no index.
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model, one in indexes:
            editor.add_index(model, one)
        editor.execute("SET CONSTRAINTS ALL DEFERRED")


def _groups(apis: int, chance: random.Random) -> Groups:
    teams = Team.objects.bulk_create(
        Team(slug=slug_of(title), title=title, description=f"{title} builds and runs software for the group.")
        for title in words.team_titles(apis)
    )
    domains: dict[str, list[Domain]] = {}
    systems: dict[int, list[System]] = {}
    for title, sector in words.DOMAINS.items():
        domain = Domain.objects.create(
            slug=slug_of(title),
            title=title,
            description=f"Everything about {title.lower()}.",
            owner=chance.choice(teams),
        )
        domains.setdefault(sector, []).append(domain)
        systems[domain.pk] = System.objects.bulk_create(
            System(slug=slug_of(f"{title} {noun}"), title=f"{title} {noun}", domain=domain)
            for noun in words.SYSTEM_NOUNS
        )
    return Groups(
        teams,
        domains,
        systems,
        Tag.objects.bulk_create(Tag(name=name) for name in words.TAGS),
        Environment.objects.bulk_create(
            Environment(slug=slug, title=slug.title(), position=position)
            for position, slug in enumerate(("production", "staging", "test"))
        ),
    )


def _entry(subject: Subject, groups: Groups, chance: random.Random) -> dict[str, Any]:
    domain = chance.choice(groups.domains[subject.sector])
    created = START + timedelta(minutes=chance.randrange(1_000_000))
    return {
        "owner": chance.choice(groups.teams) if chance.random() < 0.97 else None,
        "domain": domain,
        "system": chance.choice(groups.systems[domain.pk]) if chance.random() < 0.8 else None,
        "visibility": chance.choices(("internal", "public", "private"), (80, 15, 5))[0],
        "lifecycle": chance.choices(("published", "deprecated", "draft", "retired"), (86, 8, 4, 2))[0],
        "created_at": created,
        "updated_at": created + timedelta(minutes=chance.randrange(200_000)),
    }


def _write_apis(chosen: list[Subject], groups: Groups, seed: int, chance: random.Random) -> None:
    documents = [document_of(subject, seed) for subject in chosen]
    apis = API.objects.bulk_create(
        API(
            slug=subject.slug,
            title=subject.title,
            description=document["info"]["description"],
            format="openapi",
            **_entry(subject, groups, chance),
        )
        for subject, document in zip(chosen, documents, strict=True)
    )
    versions = APIVersion.objects.bulk_create(
        _version(api, document, specification)
        for api, document, specification in zip(apis, documents, _specifications(documents), strict=True)
    )
    copy_in(
        operation
        for version, document in zip(versions, documents, strict=True)
        for operation in operations_of(document, version.pk)
    )
    for api, version in zip(apis, versions, strict=True):
        api.current_version = version
        api.published_at = version.published_at
    API.objects.bulk_update(apis, ["current_version", "published_at"])
    _write_tags(API, "api_id", apis, groups, chance)
    APIInstance.objects.bulk_create(
        APIInstance(version=version, environment=environment, url=f"https://{environment.slug}.example.com/{api.slug}")
        for api, version in zip(apis, versions, strict=True)
        for environment in groups.environments[: chance.randint(0, 3)]
    )


def _specifications(documents: list[dict[str, Any]]) -> list[Specification]:
    contents = [orjson.dumps(document) for document in documents]
    specifications = Specification.objects.bulk_create(
        Specification(
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            media_type="application/json",
            compressed=zlib.compress(content),
        )
        for content in contents
    )
    copy_in(
        Definition(specification=specification, pointer=f"#/components/schemas/{name}", body=schema)
        for specification, document in zip(specifications, documents, strict=True)
        for name, schema in document["components"]["schemas"].items()
    )
    return specifications


def _version(api: API, document: dict[str, Any], specification: Specification) -> APIVersion:
    return APIVersion(
        api=api,
        name=document["info"]["version"],
        sort_key=sort_key(document["info"]["version"]),
        lifecycle=api.lifecycle,
        specification=specification,
        format="openapi",
        format_version="3.0.3",
        title=api.title,
        servers=document["servers"],
        operation_count=sum(len(item) for item in document["paths"].values()),
        created_at=api.created_at,
        created_by="bench",
        published_at=None if api.lifecycle == "draft" else api.updated_at,
    )


def _write_tags(model: type, column: str, entries: list[Any], groups: Groups, chance: random.Random) -> None:
    through = model.tags.through
    through.objects.bulk_create(
        through(**{column: entry.pk, "tag_id": tag.pk})
        for entry in entries
        for tag in chance.sample(groups.tags, chance.randint(0, 4))
    )


def _write_services(chosen: list[Subject], groups: Groups, chance: random.Random) -> None:
    services = Service.objects.bulk_create(
        (
            Service(
                slug=f"{subject.qualifier}-{plural(subject.thing)}-{subject.role}-service",
                title=f"{subject.qualifier}-{plural(subject.thing)}-{subject.role}-service",
                description=f"Runs behind {subject.title}. {description_of(subject, chance)}",
                kind=chance.choices(("microservice", "monolith", "saas", "legacy"), (80, 5, 8, 7))[0],
                **_entry(subject, groups, chance),
            )
            for subject in chosen
        ),
        batch_size=BATCH,
    )
    _write_tags(Service, "service_id", services, groups, chance)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apis", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    begun = time.perf_counter()
    generate(options.apis, options.seed)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{options.apis} APIs in {time.perf_counter() - begun:.1f} s")


if __name__ == "__main__":
    main()
