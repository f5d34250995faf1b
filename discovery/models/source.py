from django.db import models
from django.utils import timezone

from accounts.models import Team
from catalog.models import Environment
from common.slugs import SlugField
from discovery.querysets import SourceQuerySet

SCHEDULE_SECONDS = 900
GRACE_SECONDS = 7 * 24 * 3600


class Source(models.Model):
    """A configured place to look, and when to look again.

    ``kind`` names its connector; it is a plain word, so that a new connector needs no migration. ``configuration``
    holds what the connector is told, without secrets and uploads; ``secrets`` maps parameters to sealed text.
    ``generation`` grows with each claim: what a worker of an older one still writes is refused. ``seen_at`` is when the
    last applied run began to look: every service without a ``last_seen_at`` of its own was seen then.
    """

    name = SlugField(unique=True)
    kind = models.CharField(max_length=50)
    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="sources")
    owner = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="sources")
    configuration = models.JSONField(default=dict)
    secrets = models.JSONField(default=dict)
    schedule_seconds = models.PositiveIntegerField(
        null=True, blank=True, default=SCHEDULE_SECONDS, help_text="null: by hand only"
    )
    is_watched = models.BooleanField(default=True, help_text="watch for changes where the connector can")
    revision = models.PositiveIntegerField(default=0, help_text="grows whenever what is looked at changes")
    is_paused = models.BooleanField(default=False)
    loss_percent = models.PositiveSmallIntegerField(default=30)
    loss_at_least = models.PositiveIntegerField(default=10)
    grace_seconds = models.PositiveIntegerField(default=GRACE_SECONDS)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.CharField(max_length=200, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    generation = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    run_count = models.PositiveIntegerField(default=0)
    lost_in_a_row = models.PositiveSmallIntegerField(default=0, help_text="runs whose worker disappeared")
    seen_at = models.DateTimeField(null=True, blank=True)
    last_run = models.ForeignKey("discovery.Run", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = SourceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class SourceUpload(models.Model):
    """A file that a parameter of a source asks for, kept in the database so that any worker can read it.

    ``content`` is sealed, because manifests hold secrets; ``sha256`` and ``size`` are those of the file itself.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="uploads")
    parameter = models.CharField(max_length=50)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(help_text="bytes")
    content = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "parameter"], name="upload_once_a_parameter")]

    def __str__(self) -> str:
        return self.name
