"""What Celery tells of itself."""

import logging
from collections.abc import Iterator

import pytest
from celery import signals

from portal.celery import app


@pytest.fixture
def celery_logger() -> Iterator[logging.Logger]:
    logger = logging.getLogger("celery")
    before = logger.level
    yield logger
    logger.setLevel(before)


def test_it_tells_no_more_than_its_command_asks_for(celery_logger: logging.Logger):
    signals.setup_logging.send(sender=app, loglevel=logging.WARNING)

    assert not celery_logger.getChild("beat").isEnabledFor(logging.INFO)
    assert celery_logger.getChild("beat").isEnabledFor(logging.WARNING)
