"""The documented rules of precedence, case by case; each names the page that it follows, below istio.io/latest/docs."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.discovery.mesh.world import posture_of, spoken

CASES = [
    (path.stem, case)
    for path in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text("utf-8"))
]


@pytest.mark.parametrize(
    "case", [case for _topic, case in CASES], ids=[f"{topic}: {one['it']}" for topic, one in CASES]
)
def test_the_posture_is_what_is_documented(case: dict[str, Any]):
    found = posture_of(case)
    expected, facts = case["expect"], list(spoken(found.facts))
    for name in ("mesh", "mtls", "callers"):
        if name in expected:
            assert (name, getattr(found, name)) == (name, expected[name]), facts
    if "open" in expected:
        assert found.is_open is expected["open"], facts
    missing = [fact for fact in expected.get("facts", ()) if fact not in facts]
    assert not missing, facts
    assert not [fact for fact in facts for part in expected.get("without", ()) if part in fact]


def test_each_case_names_its_source_and_no_two_are_the_same():
    names = [(topic, case["it"]) for topic, case in CASES]
    assert len(names) == len(set(names)) >= 80
    assert all(case["source"] for _topic, case in CASES)
