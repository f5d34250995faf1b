from django.db import models
from django.utils import timezone

from accounts.models import Team
from catalog.models import Domain, System
from common.slugs import SlugField
from discovery.models.source import Source
from discovery.querysets import RuleQuerySet


class RuleAction(models.TextChoices):
    """What a rule does with what it selects. ``propose`` fills in values for a person who publishes."""

    PUBLISH = "publish", "Publish"
    IGNORE = "ignore", "Ignore"
    PROPOSE = "propose", "Propose values"


class PublicationRule(models.Model):
    """Selector → what to publish or ignore, and as what. Rules are asked by ``position``; the first that selects wins.

    ``selector`` is ``{sources, environments, namespaces, kinds, exposures: [...], labels: {...}}``; lists hold globs
    where names are open, an absent key selects all. An empty value (kind, domain, system, owner, visibility) leaves
    what the service says of itself.
    """

    name = SlugField(unique=True)
    position = models.PositiveIntegerField(default=100)
    is_active = models.BooleanField(default=True)
    selector = models.JSONField(default=dict, blank=True)
    action = models.CharField(max_length=10, choices=RuleAction, default=RuleAction.PUBLISH)
    kind = models.CharField(max_length=20, blank=True)
    domain = models.ForeignKey(Domain, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    system = models.ForeignKey(System, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    visibility = models.CharField(max_length=10, blank=True)
    publishes_unowned = models.BooleanField(default=False, help_text="Also publish what nobody owns")
    publishes_drafts = models.BooleanField(
        default=False, help_text="Publish a document that differs from the published version as a draft version"
    )
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.CharField(max_length=200, blank=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["position", "id"], name="rule_order")]

    def __str__(self) -> str:
        return self.name


class Rejudging(models.Model):
    """A source whose stored services have yet to be judged by the rules as they are now; gone when they have been.

    Services up to ``after_id`` have been. A rule that changes meanwhile begins it anew.
    """

    source = models.OneToOneField(Source, on_delete=models.CASCADE, primary_key=True, related_name="rejudging")
    asked_at = models.DateTimeField()
    after_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.source_id} after {self.after_id}"
