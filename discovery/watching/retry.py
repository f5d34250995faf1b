"""Trying a watch that failed again before its time."""

from discovery.models import Watch


def try_again(source_id: int) -> None:
    """Something about the source has changed, perhaps for the better: its watch does not wait any longer."""
    Watch.objects.filter(pk=source_id, retry_at__isnull=False).update(retry_at=None, failures=0)
