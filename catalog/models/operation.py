from django.contrib.postgres.fields import ArrayField
from django.db import models

from catalog.models.ordered_json import OrderedJSONField
from catalog.models.version import APIVersion


class Operation(models.Model):
    """One method and path of a version.

    ``path_key`` is the path with every parameter name left out (``/payments/{}/refunds``). ``detail`` is the
    operation as the format module normalised it, its schemas still references into the specification's definitions,
    of which ``definitions`` lists those within reach. ``fields`` are its parameter and property names with their place.
    """

    version = models.ForeignKey(APIVersion, on_delete=models.CASCADE, related_name="operations")
    position = models.PositiveIntegerField()
    slug = models.CharField(max_length=200)
    method = models.CharField(max_length=20)
    path = models.TextField()
    path_key = models.TextField()
    operation_id = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    description = models.TextField(blank=True)
    group = models.CharField(max_length=300, blank=True, help_text="its first tag")
    deprecated = models.BooleanField(default=False)
    detail = OrderedJSONField()
    fields = models.JSONField(default=list)
    definitions = ArrayField(models.TextField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="operation_position_unique"),
            models.UniqueConstraint(fields=["version", "slug"], name="operation_slug_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"
