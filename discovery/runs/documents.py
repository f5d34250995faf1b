"""The last step of a run: the specifications that lie beside published services become versions of APIs."""

from django.utils import timezone

from discovery.runs.journal import Journal
from discovery.specifications import are_due, publish_specifications

SPECIFICATIONS = "Publish specifications"
_BATCH = 20


def publish_documents(source_id: int, journal: Journal) -> None:
    """None of the source is due, or no process is free to read them and the rest is for the background.

    There is no such step when none is due.
    """
    if not are_due(source_id):
        return
    journal.begin(SPECIFICATIONS)
    count = 0
    while True:
        done = publish_specifications(source_id=source_id, now=timezone.now(), limit=_BATCH, beat=journal.tick)
        count += done.count
        journal.counts["specifications"] = journal.counts.get("specifications", 0) + done.published
        journal.reach(count)
        if done.is_busy or not done.count or not done.remaining:
            return
