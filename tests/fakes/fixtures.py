"""What tests of runs need, for every folder of them."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.factories.runs import CONNECTORS


@pytest.fixture
def scripted(db: None, settings: Settings, tmp_path: Path) -> Path:
    """Sources yield what their configuration says; the data folder is the test's own and returned."""
    settings.PORTICO_CONNECTORS = CONNECTORS
    settings.PORTICO_HOME = tmp_path
    settings.PORTICO_SECRETS_KEYS = ["a key of this test alone"]
    return tmp_path
