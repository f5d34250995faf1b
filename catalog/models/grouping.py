from django.db import models
from django.utils import timezone

from accounts.models import Team
from catalog.querysets import GroupingQuerySet
from common.slugs import SlugField


class Group(models.Model):
    """What domains and systems share: a name, a sentence and an owner."""

    slug = SlugField(unique=True)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    owner = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = GroupingQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


class Domain(Group):
    """A part of the business: mortgage, cards, insurance."""


class System(Group):
    """Services and APIs that do one job together, inside a domain."""

    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, null=True, blank=True, related_name="systems")


class Tag(models.Model):
    """A free word on an entry, in lower case."""

    name = SlugField(unique=True)

    def __str__(self) -> str:
        return self.name


class Environment(models.Model):
    """Where instances run: production, staging. ``position`` orders them, production first."""

    slug = SlugField(unique=True)
    title = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=100)

    objects = GroupingQuerySet.as_manager()

    def __str__(self) -> str:
        return self.slug
