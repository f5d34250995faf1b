"""Every document of the corpus of real specifications, against the committed table."""

import pytest

from catalog.formats.base import ERROR
from catalog.formats.parsing import WALL_SECONDS
from tests.catalog.formats.corpus import count_operations, expected, files, folder, read_all

pytestmark = pytest.mark.corpus
ACCEPTED_BY_THE_META_SCHEMAS = 204


@pytest.fixture(scope="module")
def paths():
    if not folder().is_dir():
        pytest.skip(f"corpus not there, {len(expected())} cases not run")
    return files()


@pytest.fixture(scope="module")
def readings(paths):
    known = {row.sha256 for row in expected()}
    return read_all({sha256: path for sha256, path in paths.items() if sha256 in known})


@pytest.fixture(scope="module")
def accepted(readings):
    return [each.row for each in readings if each.row.verdict == "accepted"]


def test_it_gives_every_document_the_verdict_of_the_table(readings):
    assert len(readings) > 300
    assert {each.row.sha256: each.row for each in readings} == {row.sha256: row for row in expected()}


def test_it_answers_for_every_document_in_time(readings):
    assert max(each.seconds for each in readings) < WALL_SECONDS


def test_it_accepts_what_the_official_meta_schemas_accept(accepted):
    assert len(accepted) >= ACCEPTED_BY_THE_META_SCHEMAS


def test_it_reads_as_many_operations_as_there_are_methods_on_paths(paths, accepted):
    counted = {row.sha256: count_operations(paths[row.sha256]) for row in accepted}
    assert {row.sha256: int(row.operations) for row in accepted} == counted


def test_it_says_where_each_fault_of_a_refused_document_is(readings):
    refused = [each for each in readings if each.row.verdict == "refused"]
    assert refused
    for each in refused:
        assert each.findings[0].severity == ERROR
        assert all(finding.line and finding.column and finding.message for finding in each.findings), each.row.name
