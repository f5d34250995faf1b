from django.db import models

from catalog.models import APIVersion
from discovery.models.discovered import DiscoveredService


class FetchOutcome(models.TextChoices):
    """What came of looking for the specification of a running service."""

    NONE = "", "Not looked for yet"
    FOUND = "found", "Found"
    UNCHANGED = "unchanged", "Unchanged"
    CHANGED = "changed", "Changed"
    NOT_FOUND = "not_found", "Not found"
    REFUSED = "refused", "Refused"
    NOT_ALLOWED = "not_allowed", "Not allowed"
    UNREACHABLE = "unreachable", "Not reachable"


class SpecificationFetch(models.Model):
    """Looking for the specification that a running service gives of itself: when, and what came of it.

    Due work is a row whose ``due_at`` has passed; without one nothing is to be asked until something changes.
    ``generation`` grows with each claim: what a worker of an older one still writes is refused. ``tried`` is a bounded
    list of ``{what, outcome}`` for people. ``mark`` stands for what the last look went by (version, ports, annotations,
    the source's configuration), ``noticed_at`` for how new the row was that it was made of.
    """

    discovered = models.OneToOneField(
        DiscoveredService, on_delete=models.CASCADE, primary_key=True, related_name="fetch"
    )
    due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    generation = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    mark = models.CharField(max_length=32, blank=True)
    noticed_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=0, help_text="of the source, when it was looked at last")
    outcome = models.CharField(max_length=12, choices=FetchOutcome, default=FetchOutcome.NONE, blank=True)
    note = models.CharField(max_length=2000, blank=True)
    place = models.CharField(max_length=1000, blank=True, help_text="where it was found, without a query")
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    found_at = models.DateTimeField(null=True, blank=True, help_text="when the document was there last")
    changed_at = models.DateTimeField(null=True, blank=True, help_text="when it was another one last")
    failures = models.PositiveSmallIntegerField(default=0, help_text="in a row")
    tried = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"specification of {self.discovered_id}"


class SpecificationDrift(models.Model):
    """How the document of a discovered service differs from the published version of the API that it provides.

    There is a row while there is a difference. ``added``, ``removed`` and ``changed`` count operations, ``other`` other
    parts; ``details`` names a bounded number of each. ``draft`` is the version that a rule published the document as.
    """

    discovered = models.OneToOneField(
        DiscoveredService, on_delete=models.CASCADE, primary_key=True, related_name="drift"
    )
    version = models.ForeignKey(APIVersion, on_delete=models.CASCADE, related_name="drifts")
    running = models.CharField(max_length=100, blank=True, help_text="the version that the document states")
    added = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    other = models.PositiveIntegerField(default=0)
    details = models.JSONField(default=dict)
    draft = models.ForeignKey(APIVersion, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    since = models.DateTimeField()
    compared_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.discovered_id} against {self.version_id}"
