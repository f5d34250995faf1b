"""What a run over manifests leaves in the database: nothing that is not listed, in whatever table one looks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEvent
from catalog.models import Service
from discovery.models import DiscoveredSpecification, RunProblem, Source
from tests.discovery.connectors.sources import PAYLOADS
from tests.factories.discovery import make_source
from tests.factories.rules import make_rule
from tests.factories.scripted import see

FILES = ("secrets.yaml", "secrets-broken.yaml")
# As it is written, and as the data of a Secret encodes it.
PLANTED = ("planted", "cGxhbnRlZC1kYXRh".lower())


@pytest.fixture
def source(db: None, settings: Any, tmp_path: Path) -> Source:
    """A folder with all that is planted, published by a rule as far as it is a service."""
    settings.PORTICO_HOME = tmp_path / "home"
    settings.PORTICO_SOURCES_ROOT = tmp_path
    (tmp_path / "clusters").mkdir()
    for name in FILES:
        (tmp_path / "clusters" / name).write_bytes((PAYLOADS / name).read_bytes())
    make_rule(action="publish", publishes_unowned=True)
    return make_source(kind="manifests", configuration={"folder": "clusters"})


def rows_with(words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Every row of every table that holds one of the words, be it in bytes."""
    wanted = [*words, *(word.encode().hex() for word in words)]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT lower(kept::text) FROM "{table}" AS kept')
            yield from ((table, row) for (row,) in cursor.fetchall() if any(word in row for word in wanted))


def test_the_whole_database_holds_nothing_that_is_not_listed(source: Source) -> None:
    assert see(source).state == "partial"

    assert Service.objects.filter(slug="vault").exists()
    assert RunProblem.objects.exists()
    assert list(rows_with(PLANTED)) == []
    assert not any(
        word in one.content.lower()
        for one in DiscoveredSpecification.objects.all()
        for word in map(str.encode, PLANTED)
    )


def test_what_is_planted_would_be_found(source: Source) -> None:
    """The search itself: text, JSON and bytes."""
    AuditEvent.objects.create(
        actor_kind="system",
        actor_name="test",
        action="test",
        at=timezone.now(),
        difference={"a": ["", "a planted word"]},
    )
    DiscoveredSpecification.objects.create(sha256="0" * 64, size=1, media_type="planted", compressed=b"planted")
    assert {table for table, _ in rows_with(PLANTED)} == {"accounts_auditevent", "discovery_discoveredspecification"}
