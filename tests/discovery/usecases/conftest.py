"""Places and people of the tests of decisions."""

import pytest

from catalog.models import Environment
from discovery.models import Source
from tests.factories.catalog import make_environment
from tests.factories.discovery import make_source
from tests.personas import Cast


@pytest.fixture
def production(db: None) -> Environment:
    return make_environment("production", position=1)


@pytest.fixture
def staging(db: None) -> Environment:
    return make_environment("staging", position=2)


@pytest.fixture
def eu(cast: Cast, production: Environment) -> Source:
    """A source that the first team looks after."""
    return make_source("prod-eu", owner=cast.team, environment=production)


@pytest.fixture
def stage(staging: Environment) -> Source:
    """A source that only administrators look after."""
    return make_source("stage-eu", environment=staging)
