from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from accounts.models import Team
from catalog.models import API, Environment
from common.slugs import SlugField
from gateway.querysets import GatewayQuerySet


class Gateway(models.Model):
    """An Envoy with its agent, which carries the routes of its environments (of all, where none is named).

    ``team`` maintains it and sets the upstreams of its routes. ``url`` is where callers reach it. ``networks`` are the
    private and loopback networks in which its upstreams may be. Of its agent's token only the SHA-256 is kept.
    ``generation``: all up to there its Envoy has accepted or refused; ``heard_at`` is the agent's last sign of life.
    ``is_counted``: it is connected, and the limits of its environments are divided among it and the others that are.
    """

    slug = SlugField(unique=True)
    title = models.CharField(max_length=200)
    url = models.URLField(max_length=500)
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="gateways")
    environments = models.ManyToManyField(Environment, related_name="gateways", blank=True)
    networks = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    closed_ports = ArrayField(models.PositiveIntegerField(), default=list, blank=True)
    token_digest = models.CharField(max_length=64, unique=True)
    token_prefix = models.CharField(max_length=20)
    created_at = models.DateTimeField(default=timezone.now)
    heard_at = models.DateTimeField(null=True, blank=True)
    serving_since = models.DateTimeField(null=True, blank=True, help_text="of its Envoy; null while it is away")
    envoy_version = models.CharField(max_length=50, blank=True)
    agent_version = models.CharField(max_length=50, blank=True)
    generation = models.BigIntegerField(default=0)
    is_counted = models.BooleanField(default=False)

    objects = GatewayQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title


class Receipt(models.Model):
    """What a gateway said last to what it has to do for an API.

    ``generation`` was accepted at ``accepted_at``; ``refused_generation`` is 0, or newer than that and refused with
    ``refusal``, Envoy's words.
    """

    gateway = models.ForeignKey(Gateway, on_delete=models.CASCADE, related_name="receipts")
    api = models.ForeignKey(API, on_delete=models.CASCADE, related_name="+")
    generation = models.BigIntegerField(default=0)
    accepted_at = models.DateTimeField(null=True, blank=True)
    refused_generation = models.BigIntegerField(default=0)
    refused_at = models.DateTimeField(null=True, blank=True)
    refusal = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gateway", "api"], name="receipt_unique")]

    def __str__(self) -> str:
        return f"{self.gateway_id}: {self.api_id} as of {self.generation}"


class Subject(models.TextChoices):
    """What can be in force."""

    ROUTE = "route", "Route"
    SUBSCRIPTION = "subscription", "Subscription"
    CREDENTIAL = "credential", "Credential"


class InForce(models.Model):
    """Since when a gateway does what a route, subscription or credential asks of it as of ``generation``.

    Written only by a receipt. For a key that was revoked it says since when the gateway refuses it. ``first_at`` is
    when the gateway had the object first, as of whatever generation.
    """

    gateway = models.ForeignKey(Gateway, on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(max_length=12, choices=Subject)
    object_id = models.BigIntegerField()
    generation = models.BigIntegerField()
    since = models.DateTimeField()
    first_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "object_id", "gateway"], name="in_force_unique")]

    def __str__(self) -> str:
        return f"{self.subject} {self.object_id} since {self.since}"
