"""The database of a test run, real PostgreSQL (the embedded one unless DATABASE_URL names another), and its people."""

from collections.abc import Iterator

import hypothesis
import pytest
from django.core.cache import cache
from django.db import connection, connections
from pytest_django import DjangoDbBlocker

from portal import env
from portal.runtime.postgres import embedded
from tests.personas import Cast, assemble

pytest_plugins = ["tests.fakes.fixtures"]

# How long an example takes depends on what else the machine does, and says nothing of what is tested.
hypothesis.settings.register_profile("portico", deadline=None)
hypothesis.settings.load_profile("portico")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """The database runs while tests use it; the last of the parallel test processes to end stops it."""
    if env.text("DATABASE_URL"):
        yield
        return
    with embedded(env.home(), for_tests=True) as server:
        known, found = connections["default"].settings_dict, env.database(server.url)
        known.update(found | {"OPTIONS": known["OPTIONS"] | found["OPTIONS"]})
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Django empties every table after a test with transactions of its own; the audit trail's guard is off for that."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditevent DISABLE TRIGGER audit_is_never_emptied")


@pytest.fixture(autouse=True)
def _no_counts_from_other_tests() -> None:
    cache.clear()


@pytest.fixture
def cast(db: None) -> Cast:
    """The personas: people, their teams and tokens."""
    return assemble()
