"""What the catalog leaves to the background, nudged by beat; the rows say what is due."""

from typing import Any

from celery import shared_task

from catalog.search import counters, words


@shared_task
def refresh_search(**_: Any) -> None:
    """The words of documents written since are in use, and each facet count is one row again."""
    if words.refresh():
        counters.sum_up()
