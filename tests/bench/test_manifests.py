"""The invented manifests and the floor: runs are measured on what they read, beside what they are compared with."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from bench import inbox, manifests
from bench.floor import copy_rows, read_known
from bench.multiply import multiply
from discovery.models import DiscoveredService, Source
from tests.factories.discovery import make_source
from tests.personas import Cast

SERVICES, SEED = 6, 3


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    settings.PORTICO_SOURCES_ROOT = tmp_path
    manifests.write(tmp_path / "manifests", SERVICES, SEED)
    return tmp_path / "manifests"


@pytest.fixture
def source(folder: Path, db: None) -> Source:
    found = make_source("cluster", kind="manifests", configuration={"folder": str(folder)})
    call_command("run_source", "cluster")
    return found


def test_are_the_same_for_the_same_seed():
    assert list(manifests.files(SERVICES, SEED)) == list(manifests.files(SERVICES, SEED))
    assert list(manifests.files(SERVICES, SEED)) != list(manifests.files(SERVICES, SEED + 1))


def test_spread_over_two_hundred_namespaces():
    paths = [path for path, _ in manifests.files(1_000, SEED)]

    assert len(set(paths)) == 1_000
    assert len({path.partition("/")[0] for path in paths}) == manifests.NAMESPACES


def test_a_run_finds_each_service_with_its_workload(source: Source):
    rows = list(source.discovered_services.all())

    assert len(rows) == SERVICES
    assert {len(row.facts["workloads"]) for row in rows} == {1}
    assert all(row.version and row.identity and row.facts["claims"] for row in rows)


@pytest.mark.django_db
def test_the_floor_copies_a_row_of_each_service(folder: Path):
    connection.ensure_connection()

    assert copy_rows(connection.connection, folder, "cluster") == SERVICES
    assert not DiscoveredService.objects.exists()


def test_the_floor_has_the_keys_that_runs_give(folder: Path, source: Source):
    copy_rows(connection.connection, folder, "cluster")
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM floor")
        keys = {key for (key,) in cursor.fetchall()}

    assert keys == set(source.discovered_services.values_list("key", flat=True))


def test_the_floor_reads_every_known_row(folder: Path, source: Source):
    assert read_known(connection.connection, folder, source.name) == SERVICES
    assert read_known(connection.connection, folder, "another") == 0


def test_copies_of_a_source_are_clusters_of_their_own(source: Source):
    total = multiply(source.name, SERVICES * 5)
    copies = DiscoveredService.objects.exclude(source=source)

    assert total == DiscoveredService.objects.count() == SERVICES * 5
    assert set(copies.values_list("cluster", flat=True)) == {f"cluster-{number}" for number in range(1, 5)}
    assert all(row.key.startswith(f"{row.cluster}/") and f" {row.cluster} " in row.search_text for row in copies)


def test_everything_that_is_asked_of_the_inbox_is_answered(source: Source, cast: Cast):
    client = cast.client("administrator")
    namespaces = list(source.discovered_services.values_list("namespace", flat=True))
    asked = inbox.lists(namespaces, SERVICES, SEED, 2) | inbox.pages(SERVICES, SEED, 2)
    answers = {kind: {client.get(request.path).status_code for request in every} for kind, every in asked.items()}
    rare = client.get(asked[inbox.RARE][0].path).json()

    assert answers == {kind: {200} for kind in asked}
    assert len(rare["results"]) == 1
