from django.db import models
from django.utils import timezone

from accounts.models import Team
from catalog.models.grouping import Domain, System, Tag
from catalog.querysets import EntryQuerySet
from common.slugs import SlugField


class Visibility(models.TextChoices):
    """Who may know of an entry: anyone, everyone signed in, or its team and administrators."""

    PUBLIC = "public", "Public"
    INTERNAL = "internal", "Internal"
    PRIVATE = "private", "Private"


class Lifecycle(models.TextChoices):
    """Forward only; back only by a maintainer with a reason."""

    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    DEPRECATED = "deprecated", "Deprecated"
    RETIRED = "retired", "Retired"


class Entry(models.Model):
    """What people browse and search: the common part of APIs and services."""

    slug = SlugField(unique=True)
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    owner = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True)
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, null=True, blank=True)
    system = models.ForeignKey(System, on_delete=models.PROTECT, null=True, blank=True)
    tags = models.ManyToManyField(Tag, blank=True)
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.INTERNAL)
    lifecycle = models.CharField(max_length=12, choices=Lifecycle, default=Lifecycle.PUBLISHED)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = EntryQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title
