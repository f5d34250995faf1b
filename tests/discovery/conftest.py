from typing import Any

import pytest

SHELF = "tests.fakes.shelf.Shelf"


@pytest.fixture
def shelf(settings: Any) -> None:
    """The connector of the tests is installed, and no other; secrets can be kept."""
    settings.PORTICO_CONNECTORS = (SHELF,)
    settings.PORTICO_SECRETS_KEYS = ["a key of the tests"]
