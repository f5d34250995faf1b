import pytest
from django.core.cache import cache

from tests.personas import Cast, assemble


@pytest.fixture(autouse=True)
def _no_counts_from_other_tests() -> None:
    cache.clear()


@pytest.fixture
def cast(db: None) -> Cast:
    """The personas: people, their teams and tokens."""
    return assemble()
