from collections.abc import Iterator

import pytest

from tests.factories.discovery import with_shelf


@pytest.fixture
def shelf() -> Iterator[None]:
    """Sources are of the kind ``shelf``."""
    with with_shelf():
        yield
