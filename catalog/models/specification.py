import zlib

from django.db import models
from django.utils import timezone

from catalog.models.ordered_json import OrderedJSONField


class Specification(models.Model):
    """The document of one or more versions, stored once by the SHA-256 of its bytes and given back unchanged."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveIntegerField(help_text="bytes, uncompressed")
    media_type = models.CharField(max_length=100)
    compressed = models.BinaryField(help_text="zlib")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.sha256

    @property
    def content(self) -> bytes:
        """The bytes as they were published; one query when the row was loaded without them."""
        return zlib.decompress(self.compressed)


class Definition(models.Model):
    """A schema of a specification that others refer to, kept apart so that a page loads only those it shows."""

    specification = models.ForeignKey(Specification, on_delete=models.CASCADE, related_name="definitions")
    pointer = models.CharField(max_length=1000, help_text="JSON pointer (RFC 6901) with a leading #")
    body = OrderedJSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["specification", "pointer"], name="definition_unique")]

    def __str__(self) -> str:
        return self.pointer
