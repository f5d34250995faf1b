from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from catalog.models import API, APIInstance
from common.public_ids import new_public_id
from gateway.models.gateway import Gateway
from gateway.querysets import RouteQuerySet


def new_route_id() -> str:
    return new_public_id("rte")


class Balancing(models.TextChoices):
    """How requests are spread over the addresses of an upstream."""

    ROUND_ROBIN = "round_robin", "Round robin"
    LEAST_REQUEST = "least_request", "Least requests"
    RANDOM = "random", "Random"


_SECONDS = [MinValueValidator(0.05), MaxValueValidator(3600)]


class Route(models.Model):
    """How the gateways of an environment carry an API instance: from ``path`` to ``upstream``.

    ``path`` begins with a slash, does not end with one and is unique in the environment of the instance; its first
    segment belongs to one API there. ``key_parameter`` names the query parameter that may carry a key; empty: none may.
    Outlier detection is off with ``outlier_errors`` 0, retries with ``retries`` 0. ``generation``: see
    ``marketplace.models.Subscription``.
    """

    public_id = models.CharField(max_length=20, unique=True, default=new_route_id, editable=False)
    instance = models.OneToOneField(APIInstance, on_delete=models.CASCADE, related_name="route")
    api = models.ForeignKey(API, on_delete=models.CASCADE, related_name="routes")
    path = models.CharField(max_length=200)
    upstream = models.URLField(max_length=1000)
    upstream_ca = models.TextField(
        blank=True, help_text="PEM; empty for the authorities that the gateway's machine trusts"
    )
    upstream_server_name = models.CharField(max_length=253, blank=True)
    verifies_upstream = models.BooleanField(default=True)
    connect_seconds = models.FloatField(default=5.0, validators=_SECONDS)
    timeout_seconds = models.FloatField(default=15.0, validators=_SECONDS)
    retries = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(5)])
    try_seconds = models.FloatField(null=True, blank=True, validators=_SECONDS)
    balancing = models.CharField(max_length=15, choices=Balancing, default=Balancing.ROUND_ROBIN)
    max_connections = models.PositiveIntegerField(default=1024)
    max_pending_requests = models.PositiveIntegerField(default=1024)
    max_requests = models.PositiveIntegerField(default=1024)
    outlier_errors = models.PositiveSmallIntegerField(default=0)
    outlier_ejection_seconds = models.PositiveIntegerField(default=30)
    max_body_bytes = models.PositiveIntegerField(default=1_000_000)
    key_parameter = models.CharField(max_length=50, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.CharField(max_length=200)
    generation = models.BigIntegerField(default=0)

    objects = RouteQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["api", "id"], name="route_by_api")]

    def __str__(self) -> str:
        return self.path


class RouteProblem(models.Model):
    """What a gateway's agent cannot do for a route, in its words: an address that its policy refuses, say."""

    gateway = models.ForeignKey(Gateway, on_delete=models.CASCADE, related_name="route_problems")
    route = models.ForeignKey(Route, on_delete=models.CASCADE, related_name="problems")
    problem = models.TextField()
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gateway", "route"], name="route_problem_unique")]

    def __str__(self) -> str:
        return self.problem
