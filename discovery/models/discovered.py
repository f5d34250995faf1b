import zlib

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F
from django.utils import timezone

from accounts.models import Team
from catalog.models import APIVersion, Domain, Environment, Service, System
from discovery.models.rule import PublicationRule
from discovery.models.source import Source
from discovery.querysets import DiscoveredServiceQuerySet

POSTURE = ("mesh", "mtls", "callers", "is_open")

# What lists are narrowed by and who sees them. The indexes that give the order hold it too, so that a list finds its
# page, and counts, without reading the rows, which are wide.
_NARROWING = [
    "source", "environment", "exposure", "specification_outcome", "proposed_owner", "proposed_domain", "service",
    *POSTURE,
]  # fmt: skip


class Standing(models.TextChoices):
    """What was decided about a discovered service, whether it is there at the moment or not."""

    NEW = "new", "New"
    MATCHED = "matched", "Matched"
    PUBLISHED = "published", "Published"
    IGNORED = "ignored", "Ignored"
    RETIRED = "retired", "Retired"


class State(models.TextChoices):
    """What the inbox shows: the standing, unless it is no longer there (see ``discovery.states``)."""

    NEW = "new", "New"
    MATCHED = "matched", "Matched"
    PUBLISHED = "published", "Published"
    IGNORED = "ignored", "Ignored"
    MISSING = "missing", "Missing"
    RETIRED = "retired", "Retired"


#: The states of what is there and not set aside.
PRESENT = (State.NEW, State.MATCHED, State.PUBLISHED)


class Hold(models.TextChoices):
    """Whether the row is part of a loss that waits for a person, or that a person did not believe."""

    NONE = "", "None"
    HELD = "held", "Held"
    REJECTED = "rejected", "Rejected"


class SpecificationOutcome(models.TextChoices):
    """What became of the specification that lies beside a discovered service."""

    NONE = "", "None"
    FOUND = "found", "Found"
    PUBLISHED = "published", "Published"
    REFUSED = "refused", "Refused"
    DIFFERS = "differs", "Drift from the published one"


class DiscoveredSpecification(models.Model):
    """The document of one or more discovered services, stored once by the SHA-256 of its bytes."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveIntegerField(help_text="bytes, uncompressed")
    media_type = models.CharField(max_length=100)
    compressed = models.BinaryField(help_text="zlib")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.sha256

    @property
    def content(self) -> bytes:
        return zlib.decompress(self.compressed)


class DiscoveredService(models.Model):
    """The row that observations of one service in one source keep up to date.

    A run writes it only when something differs. ``facts`` is what was seen (``discovery.facts``) and ``fingerprint``
    tells two of them apart. ``last_seen_at`` is null while each run sees it: it was last seen at ``source.seen_at``.
    What a watch wrote at ``watched_at`` is newer than what a run saw that began before.
    ``proposed_*`` is what publishing would set, ``reasons`` says for each why. ``is_pending`` marks that a rule wants
    it published and that has not happened yet.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="discovered_services")
    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=700)
    identity = models.CharField(max_length=300, blank=True)
    uid = models.CharField(max_length=100, blank=True)
    object_kind = models.CharField(max_length=100)
    cluster = models.CharField(max_length=255, blank=True)
    namespace = models.CharField(max_length=255, blank=True)
    name = models.CharField(max_length=255)
    version = models.CharField(max_length=200, blank=True)
    exposure = models.CharField(max_length=10, default="inside", help_text="inside, mesh or internet")
    mesh = models.CharField(max_length=10, blank=True, help_text="sidecar, ambient, outside or not known")
    mtls = models.CharField(max_length=12, blank=True, help_text="strict, permissive, disabled, mixed or not known")
    callers = models.CharField(max_length=10, blank=True, help_text="anyone, limited, nobody or not known")
    is_open = models.BooleanField(null=True, blank=True, help_text="exposed to the internet without authentication")
    facts = models.JSONField(default=dict)
    fingerprint = models.BinaryField(max_length=16)
    search_text = models.TextField(blank=True)

    standing = models.CharField(max_length=10, choices=Standing, default=Standing.NEW)
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    first_seen_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    watched_at = models.DateTimeField(null=True, blank=True, help_text="when a watch last wrote what was seen")
    missing_since = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    hold = models.CharField(max_length=10, choices=Hold, default=Hold.NONE, blank=True)

    service = models.ForeignKey(Service, on_delete=models.SET_NULL, null=True, blank=True, related_name="places")
    match_reason = models.CharField(max_length=300, blank=True)
    is_pinned = models.BooleanField(default=False)
    rule = models.ForeignKey(
        PublicationRule, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    is_pending = models.BooleanField(default=False)
    proposed_title = models.CharField(max_length=300, blank=True)
    proposed_description = models.TextField(blank=True)
    proposed_kind = models.CharField(max_length=20, default="microservice")
    proposed_owner = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    proposed_domain = models.ForeignKey(Domain, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    proposed_system = models.ForeignKey(System, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    proposed_visibility = models.CharField(max_length=10, default="internal")
    reasons = models.JSONField(default=dict)
    chosen = models.JSONField(default=dict, help_text="what a person set instead of the proposal, by field")

    specification = models.ForeignKey(
        DiscoveredSpecification, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    specification_place = models.CharField(max_length=1000, blank=True)
    specification_outcome = models.CharField(max_length=10, choices=SpecificationOutcome, default="", blank=True)
    specification_note = models.TextField(blank=True)
    specification_version = models.ForeignKey(
        APIVersion, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = DiscoveredServiceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="discovered_key_unique")]
        indexes = [
            models.Index(fields=["state", "-first_seen_at", "-id"], include=_NARROWING, name="discovered_by_state"),
            models.Index(fields=["-first_seen_at", "-id"], include=["state", *_NARROWING], name="discovered_newest"),
            models.Index(fields=["source", "state", "-first_seen_at", "-id"], name="discovered_by_source"),
            models.Index(fields=["name", "id"], include=["state", *_NARROWING], name="discovered_by_name"),
            models.Index(fields=["namespace", "state"], name="discovered_by_namespace"),
            models.Index(fields=["identity"], name="discovered_by_identity"),
            # What can be reached from outside its cluster is asked for often, and is little of all.
            models.Index(
                fields=["exposure", "environment", "-first_seen_at", "-id"],
                include=["state", *(name for name in _NARROWING if name not in ("exposure", "environment"))],
                condition=~models.Q(exposure="inside"),
                name="discovered_exposed",
            ),
            # What is open is asked for often, and is little of all.
            models.Index(
                fields=["-first_seen_at", "-id"],
                include=["state", *_NARROWING],
                condition=models.Q(is_open=True),
                name="discovered_open",
            ),
            # What the summaries of mesh posture count, all of it and without reading the rows.
            models.Index(
                fields=["source", "namespace"],
                include=["environment", "proposed_owner", "proposed_domain", "service", *POSTURE],
                condition=models.Q(state__in=PRESENT),
                name="discovered_posture",
            ),
            GinIndex(OpClass(F("search_text"), "gin_trgm_ops"), name="discovered_words"),
            models.Index(fields=["source"], condition=models.Q(is_pending=True), name="discovered_pending"),
            # Asked for each minute and at the end of each run, and nearly always empty.
            models.Index(
                fields=["source"],
                condition=models.Q(standing="published", specification_outcome="found"),
                name="discovered_documents_due",
            ),
            models.Index(
                fields=["rule", "standing"], condition=models.Q(rule__isnull=False), name="discovered_by_rule"
            ),
            models.Index(fields=["source"], condition=~models.Q(hold=""), name="discovered_held"),
            models.Index(
                fields=["missing_since"],
                condition=models.Q(missing_since__isnull=False, retired_at=None),
                name="discovered_missing",
            ),
        ]

    def __str__(self) -> str:
        return self.key
