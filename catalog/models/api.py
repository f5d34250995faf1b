from django.db import models

from catalog.models.entry import Entry, Lifecycle, Visibility

__all__ = ["API", "Lifecycle", "Visibility"]


class API(Entry):
    """A published interface people can read about and subscribe to.

    ``current_version`` is the one its page shows; ``lifecycle``, ``format`` and ``published_at`` repeat that
    version's, so that a list needs no join.
    """

    current_version = models.ForeignKey(
        "catalog.APIVersion", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    format = models.CharField(max_length=20, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "API"
        indexes = [
            models.Index(fields=["title", "id"], name="api_by_title"),
            models.Index(fields=["-updated_at", "-id"], name="api_by_update"),
            models.Index(fields=["-published_at", "-id"], name="api_by_publication"),
            models.Index(fields=["owner", "title", "id"], name="api_by_owner"),
            models.Index(fields=["domain", "title", "id"], name="api_by_domain"),
            models.Index(fields=["lifecycle", "title", "id"], name="api_by_lifecycle"),
        ]
