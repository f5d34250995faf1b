"""What tests of runs need, for every folder of them."""

from pathlib import Path
from typing import Any

import pytest

from tests.factories import watched
from tests.factories.scripted import CONNECTORS
from tests.fakes.place import Place

SHELF = "tests.fakes.shelf.Shelf"


@pytest.fixture
def shelf(settings: Any) -> None:
    """The connector of the tests is installed, and no other; secrets can be kept."""
    settings.PORTICO_CONNECTORS = (SHELF,)
    settings.PORTICO_SECRETS_KEYS = ["a key of the tests"]


@pytest.fixture
def scripted(db: None, settings: Any, tmp_path: Path) -> Path:
    """Sources yield what their configuration says; the data folder is the test's own and returned."""
    settings.PORTICO_CONNECTORS = CONNECTORS
    settings.PORTICO_HOME = tmp_path
    settings.PORTICO_SECRETS_KEYS = ["a key of this test alone"]
    return tmp_path


@pytest.fixture
def place(settings: Any, tmp_path: Path) -> Place:
    """A place that tells of changes by itself, whose connector is installed; the data folder is the test's own."""
    settings.PORTICO_CONNECTORS = watched.CONNECTORS
    settings.PORTICO_HOME = tmp_path
    settings.PORTICO_SECRETS_KEYS = ["a key of this test alone"]
    return Place(tmp_path / "place")
