"""What a run keeps of what it hears."""

import zlib
from itertools import permutations
from pathlib import Path

import pytest

from discovery.connectors.base import Problem
from discovery.runs.claim import Claimed
from discovery.runs.gathering import Enough, Gathered, Limits
from discovery.runs.spool import Spool, spool_of
from tests.fakes.scripted import observation

pytestmark = pytest.mark.django_db


@pytest.fixture
def spool(tmp_path: Path):
    with spool_of(tmp_path, Claimed(1, 1, 1), at_most=1000) as spool:
        yield spool


def test_the_same_twice_is_once_and_no_problem(spool: Spool) -> None:
    gathered = Gathered(spool, Limits())
    gathered.take(observation({"name": "x"}))
    gathered.take(observation({"name": "x"}))
    gathered.finish()

    assert (len(gathered.observed), gathered.problem_count) == (1, 0)


def test_of_different_services_with_one_key_the_same_one_is_taken_in_any_order(spool: Spool) -> None:
    seen = [observation({"name": "x", "version": version, "place": f"{version}.yaml"}) for version in "123"]
    taken = set()
    for order in permutations(seen):
        gathered = Gathered(spool, Limits())
        for one in order:
            gathered.take(one)
        gathered.finish()
        taken.add((gathered.observed["default/x"].seen.version, *gathered.problems))

    ((_, problem),) = taken
    assert (problem.code, problem.severity, problem.place) == ("same-key", "warning", "1.yaml, 2.yaml, 3.yaml")


def test_more_services_than_a_run_takes_are_not_listened_to(spool: Spool) -> None:
    gathered = Gathered(spool, Limits(observations=2))
    for name in ("a", "b", "a"):
        gathered.take(observation({"name": name}))
    with pytest.raises(Enough):
        gathered.take(observation({"name": "c"}))


def test_more_text_than_a_run_keeps_is_not_listened_to(spool: Spool) -> None:
    gathered = Gathered(spool, Limits(characters=10_000))
    with pytest.raises(Enough):
        for number in range(10):
            gathered.take(observation({"name": str(number), "labels": {"a": "x" * 2000}}))


def test_a_thousand_problems_are_kept_and_all_are_counted(spool: Spool) -> None:
    gathered = Gathered(spool, Limits(), scrub=lambda text: text.replace("secret", "[hidden]"))
    for number in range(1500):
        gathered.note(Problem("odd", f"secret {number}", "warning"))

    assert (len(gathered.problems), gathered.problem_count, gathered.has_errors) == (1000, 1500, False)
    assert gathered.problems[0].message == "[hidden] 0"


def test_a_key_that_cannot_be_kept_is_a_problem(spool: Spool) -> None:
    gathered = Gathered(spool, Limits())
    gathered.take(observation({"name": "x", "key": "x" * 9999}))
    assert (gathered.observed, gathered.has_errors) == ({}, True)


def test_specifications_wait_on_disk_and_once(spool: Spool, tmp_path: Path) -> None:
    gathered = Gathered(spool, Limits())
    for name in ("a", "b"):
        gathered.take(observation({"name": name, "specification": "openapi: 3.1.0"}))
    first, second = gathered.observed.values()

    assert first.specification == second.specification
    assert first.seen.specification is None
    spooled = spool.get(first.specification)
    assert zlib.decompress(spool.compressed(spooled)) == b"openapi: 3.1.0"
    assert [path.stat().st_size for path in (tmp_path / "spool" / "1-1").iterdir()] == [spooled.length]


@pytest.mark.parametrize(
    ("limits", "content", "code"),
    [
        (Limits(specification_bytes=10), "openapi: 3.1.0", "specification-too-large"),
        (Limits(), "".join(map(chr, range(32, 5000))), "specifications-too-large"),
    ],
)
def test_a_specification_that_does_not_fit_leaves_what_is_known(
    spool: Spool, limits: Limits, content: str, code: str
) -> None:
    gathered = Gathered(spool, limits)
    gathered.take(observation({"name": "a", "specification": content}))
    (spotted,) = gathered.observed.values()

    assert (spotted.specification, spotted.is_whole) == ("", False)
    assert [problem.code for problem in gathered.problems] == [code]
    assert not gathered.has_errors
