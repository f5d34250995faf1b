"""What tests of this room share."""

import pytest


@pytest.fixture
def mail_is_on(settings) -> None:
    """Mail is made; where it goes is the matter of the test."""
    settings.PORTICO_MAIL_IS_ON = True
