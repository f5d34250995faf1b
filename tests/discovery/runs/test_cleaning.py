"""What a connector yields is bounded and storable."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery.connectors.base import Endpoint, Exposure, Observation, Problem, Workload
from discovery.facts import Spotted, as_json, fingerprint
from discovery.runs.cleaning import Unusable, clean_observation, clean_problem, plain

TEXT = st.text(st.characters(), max_size=20)  # lone surrogates and NUL among them


def observation(**fields: object) -> Observation:
    return Observation(**{"key": "a/x", "kind": "Service", "name": "x", **fields})


@given(TEXT, TEXT, st.dictionaries(TEXT, TEXT))
def test_whatever_the_text_is_it_can_be_stored(name, place, labels) -> None:
    cleaned, _ = clean_observation(observation(name=name, place=place, labels=labels))
    facts = as_json(cleaned)

    assert b"\\u0000" not in facts
    assert orjson.loads(facts)["place"] == cleaned.seen.place
    assert fingerprint(cleaned)


def test_nul_and_lone_surrogates_are_replaced() -> None:
    assert plain("a\0b\ud800c") == "a\ufffdb?c"


def test_what_needs_no_cleaning_stays_the_same() -> None:
    seen = observation(labels={"a": "ä"}, exposure=Exposure("internet", (Endpoint("h"),)))
    assert clean_observation(seen) == (Spotted(seen), "")


@pytest.mark.parametrize(
    ("field", "longest"), [("name", 255), ("namespace", 255), ("uid", 100), ("version", 200), ("identity", 300)]
)
def test_what_is_too_long_is_shortened_and_said(field: str, longest: int) -> None:
    cleaned, shortened = clean_observation(observation(**{field: "x" * 5000}))
    assert (len(getattr(cleaned.seen, field)), shortened) == (longest, field)


def test_too_many_parts_are_shortened() -> None:
    cleaned, shortened = clean_observation(observation(labels={str(number): "" for number in range(600)}))
    assert (len(cleaned.seen.labels), shortened) == (500, "labels")


@pytest.mark.parametrize("key", ["", "x" * 701, "\U0001f600" * 600])
def test_a_key_that_cannot_be_kept_is_refused(key: str) -> None:
    with pytest.raises(Unusable):
        clean_observation(observation(key=key))


def test_parts_of_several_objects_are_put_in_order() -> None:
    one, two = Workload("Deployment", "a"), Workload("Deployment", "b")
    cleaned, _ = clean_observation(observation(workloads=(two, one)))
    assert cleaned.seen.workloads == (one, two)


def test_what_could_not_be_read_stays_unread() -> None:
    cleaned, _ = clean_observation(observation(workloads=None, exposure=None, specification_read=False))
    seen = cleaned.seen
    assert (seen.workloads, seen.exposure, seen.specification_read) == (None, None, False)


def test_a_problem_is_bounded() -> None:
    problem = clean_problem(Problem("c" * 99, "m\0" * 9999, "odd", "p" * 9999, document=2**40, line=-1))
    assert (len(problem.code), len(problem.message), len(problem.place)) == (50, 2000, 1000)
    assert (problem.severity, problem.document, problem.line) == ("error", 2**31 - 1, 0)
