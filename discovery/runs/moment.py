"""The one clock that all who write discovered services share."""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """The moment by the clock of the database, also in the middle of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
