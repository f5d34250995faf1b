from django.db import models
from django.utils import timezone

from catalog.models.api import API, Lifecycle
from catalog.models.specification import Specification


class APIVersion(models.Model):
    """One version of an API: a draft can be overwritten, a published one is immutable.

    ``sort_key`` orders the versions of an API by SemVer precedence where the name parses (see ``catalog.versions``).
    """

    api = models.ForeignKey(API, on_delete=models.CASCADE, related_name="versions")
    name = models.CharField(max_length=100)
    sort_key = models.CharField(max_length=600, db_collation="C")
    lifecycle = models.CharField(max_length=12, choices=Lifecycle, default=Lifecycle.PUBLISHED)
    specification = models.ForeignKey(Specification, on_delete=models.PROTECT, related_name="versions")
    format = models.CharField(max_length=20, help_text="openapi, swagger")
    format_version = models.CharField(max_length=20)
    title = models.CharField(max_length=300, blank=True)
    description = models.TextField(blank=True, help_text="the specification's own, in Markdown")
    changelog = models.TextField(blank=True, help_text="in Markdown")
    servers = models.JSONField(default=list)
    security_schemes = models.JSONField(default=dict)
    tags = models.JSONField(default=list, help_text="the specification's groups: name, description")
    about = models.JSONField(default=dict, help_text="terms, contact, license, external_docs, webhooks")
    operation_count = models.PositiveIntegerField(default=0)
    warning_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.CharField(max_length=200)
    published_at = models.DateTimeField(null=True, blank=True)
    deprecated_at = models.DateTimeField(null=True, blank=True)
    sunset_on = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "API version"
        constraints = [
            models.UniqueConstraint(fields=["api", "name"], name="version_name_unique"),
            models.UniqueConstraint(fields=["api", "sort_key", "name"], name="version_order_unique"),
        ]
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="version_by_publication"),
            models.Index(
                fields=["-deprecated_at", "-id"],
                name="version_by_deprecation",
                condition=models.Q(lifecycle=Lifecycle.DEPRECATED),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class VersionFinding(models.Model):
    """What validation said of an accepted version: a warning or a remark with its place in the document."""

    version = models.ForeignKey(APIVersion, on_delete=models.CASCADE, related_name="findings")
    position = models.PositiveSmallIntegerField()
    severity = models.CharField(max_length=10)
    rule = models.CharField(max_length=100)
    message = models.TextField()
    pointer = models.TextField(blank=True)
    line = models.PositiveIntegerField(null=True)
    column = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="finding_position_unique")]

    def __str__(self) -> str:
        return self.message
