"""How the database is talked to."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_a_process_that_is_frozen_in_a_transaction_does_not_keep_its_locks_for_ever():
    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("5min",)
