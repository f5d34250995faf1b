from itertools import pairwise

import pytest

from catalog.versions import is_semver, sort_key

# semver.org, item 11, and what people write besides.
IN_ORDER = [
    "2024-01-15",
    "2024-02-01",
    "v1",
    "v2",
    "v10",
    "0.9.0",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.2",
    "1.10.0",
    "v2.0.0",
    "10.0.0",
    "123456789012345678.0.0",
]


@pytest.mark.parametrize(("lower", "higher"), list(pairwise(IN_ORDER)))
def test_it_orders_versions_by_precedence(lower: str, higher: str) -> None:
    assert sort_key(lower) < sort_key(higher)


def test_it_ignores_build_metadata() -> None:
    assert sort_key("1.2.3+build.7") == sort_key("1.2.3")


def test_it_bounds_the_key_of_a_hostile_name() -> None:
    assert len(sort_key("9." * 1000)) <= 600


@pytest.mark.parametrize(("name", "expected"), [("1.2.3", True), ("v1.2", True), ("1", False), ("latest", False)])
def test_it_knows_what_is_semver(name: str, expected: bool) -> None:
    assert is_semver(name) is expected
