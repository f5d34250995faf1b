from django.db import models
from django.utils import timezone

from catalog.models.api import API
from catalog.models.service import Service
from common.slugs import SlugField

_ONE_ENTRY = models.Q(api__isnull=False, service__isnull=True) | models.Q(api__isnull=True, service__isnull=False)


class DocumentationPage(models.Model):
    """A page in Markdown about an API or a service."""

    api = models.ForeignKey(API, on_delete=models.CASCADE, null=True, blank=True, related_name="pages")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, null=True, blank=True, related_name="pages")
    slug = SlugField()
    title = models.CharField(max_length=300)
    body = models.TextField()
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(name="page_has_one_entry", condition=_ONE_ENTRY),
            models.UniqueConstraint(fields=["api", "slug"], name="api_page_slug_unique"),
            models.UniqueConstraint(fields=["service", "slug"], name="service_page_slug_unique"),
        ]

    def __str__(self) -> str:
        return self.title


class Link(models.Model):
    """An address elsewhere that belongs to an API or a service: a repository, a dashboard, a runbook."""

    api = models.ForeignKey(API, on_delete=models.CASCADE, null=True, blank=True, related_name="links")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, null=True, blank=True, related_name="links")
    title = models.CharField(max_length=200)
    url = models.URLField(max_length=1000)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="link_has_one_entry", condition=_ONE_ENTRY)]

    def __str__(self) -> str:
        return self.title
