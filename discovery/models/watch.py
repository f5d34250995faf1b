from django.db import models

from discovery.models.source import Source


class WatchState(models.TextChoices):
    """How far a watch has come. ``waiting`` tries again by itself, ``refused`` too, but somebody has to act."""

    STARTING = "starting", "Starting"
    LIVE = "live", "Live"
    WAITING = "waiting", "Waiting"
    REFUSED = "refused", "Refused"


class Watch(models.Model):
    """A source whose changes are followed as they happen, and the process that does so.

    ``generation`` grows with each claim, as that of a source does with its runs: what a watcher of an older one still
    writes is refused. ``gaps`` says in sentences what of the place is not followed; runs look at that.
    """

    source = models.OneToOneField(Source, on_delete=models.CASCADE, primary_key=True, related_name="watch")
    generation = models.BigIntegerField(default=0)
    holder = models.CharField(max_length=200, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=WatchState, default=WatchState.STARTING)
    live_since = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    streams = models.PositiveIntegerField(default=0)
    streams_open = models.PositiveIntegerField(default=0)
    gaps = models.JSONField(default=list)
    error_code = models.CharField(max_length=50, blank=True)
    error_message = models.TextField(blank=True)
    error_hint = models.TextField(blank=True)
    failures = models.PositiveSmallIntegerField(default=0, help_text="in a row")
    retry_at = models.DateTimeField(null=True, blank=True)
    applied_count = models.BigIntegerField(default=0, help_text="services written")
    applied_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"watch of {self.source_id}"
