"""A bank whose cluster answers, for every test of fetching."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.discovery.fetching.bank import KUBERNETES, Bank, open_bank
from tests.personas import Cast


@pytest.fixture
def bank(cast: Cast, settings: Any, tmp_path: Path) -> Iterator[Bank]:
    settings.PORTICO_CONNECTORS = (KUBERNETES,)
    settings.PORTICO_SECRETS_KEYS = ["a key of this test alone"]
    settings.PORTICO_HOME = tmp_path
    with open_bank() as made:
        yield made
