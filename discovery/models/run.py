from django.db import models
from django.db.models import Q
from django.utils import timezone

from discovery.models.source import Source
from discovery.querysets import RunQuerySet


class RunState(models.TextChoices):
    """Queued and running runs are under way; the others have ended."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    COMPLETE = "complete", "Complete"
    PARTIAL = "partial", "Partial"
    FAILED = "failed", "Failed"


#: The states of runs that have not ended.
UNDER_WAY = (RunState.QUEUED, RunState.RUNNING)


class HoldState(models.TextChoices):
    """What became of a loss too large to believe."""

    NONE = "", "None"
    HELD = "held", "Held"
    CONFIRMED = "confirmed", "Confirmed"
    REJECTED = "rejected", "Rejected"


class Run(models.Model):
    """One run of a connector against a source.

    ``phases`` is a list of ``{name, state, count, total}``, state one of waiting, running, done, partial and failed.
    ``counts`` maps what became of services to numbers: observed, new, changed, moved, returned, unchanged, missing,
    held, published, ignored. ``complete`` lists the scopes that were read in full as ``[kind, namespace]``.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="runs")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=RunState, default=RunState.QUEUED)
    started_by = models.CharField(max_length=200, help_text="a person, a token or «schedule»")
    generation = models.BigIntegerField(default=0)
    connector_version = models.CharField(max_length=50, blank=True)
    phase = models.CharField(max_length=100, blank=True)
    phases = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    complete = models.JSONField(default=list)
    queued_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=50, blank=True)
    error_message = models.TextField(blank=True)
    error_hint = models.TextField(blank=True)
    problem_count = models.PositiveIntegerField(default=0)
    hold = models.CharField(max_length=10, choices=HoldState, default=HoldState.NONE, blank=True)
    hold_count = models.PositiveIntegerField(default=0)
    hold_of = models.PositiveIntegerField(default=0, help_text="how many services the source had")
    hold_decided_by = models.CharField(max_length=200, blank=True)
    hold_decided_at = models.DateTimeField(null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="run_number_unique"),
            models.UniqueConstraint(fields=["source"], condition=Q(state=RunState.QUEUED), name="run_queued_once"),
            models.UniqueConstraint(fields=["source"], condition=Q(state=RunState.RUNNING), name="run_running_once"),
        ]
        indexes = [models.Index(fields=["source", "-id"], name="run_newest")]

    def __str__(self) -> str:
        return f"{self.source_id} run {self.number}"


class RunProblem(models.Model):
    """Something a run could not read or understand, and where. A run keeps the first thousand."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="problems")
    position = models.PositiveIntegerField()
    severity = models.CharField(max_length=10)
    code = models.CharField(max_length=50)
    message = models.TextField()
    place = models.CharField(max_length=1000, blank=True)
    document = models.PositiveIntegerField(null=True, blank=True)
    line = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="problem_position_unique")]

    def __str__(self) -> str:
        return self.message
