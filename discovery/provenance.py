"""Which source speaks for a field of a catalog service, and what it says when a person has the last word."""

from collections.abc import Collection
from datetime import datetime


def restate(discovered_ids: Collection[int], now: datetime) -> None:
    """Bring the catalog's fields and their provenance in step with what these rows say now; set-based.

    Only fields that discovery wrote and nobody changed since are written. Runs in the caller's transaction.
    """
