from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from accounts.models.notice import Notice
from accounts.models.team import Team
from accounts.querysets import DeliveryQuerySet, WebhookQuerySet
from common.public_ids import new_public_id


def new_webhook_id() -> str:
    return new_public_id("whk")


def new_delivery_id() -> str:
    return new_public_id("dlv")


class Webhook(models.Model):
    """An address that is told what concerns a team, or of the whole site where it has none.

    Secrets are sealed. After a change the one before signs as well until ``old_secret_until``. An empty list of
    ``kinds`` wants all. ``failing_since`` is when it first failed after it last succeeded.
    """

    public_id = models.CharField(max_length=20, unique=True, default=new_webhook_id, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="webhooks")
    url = models.CharField(max_length=500)
    secret = models.TextField()
    old_secret = models.TextField(blank=True)
    old_secret_until = models.DateTimeField(null=True, blank=True)
    kinds = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    is_active = models.BooleanField(default=True)
    disabled_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.CharField(max_length=200)
    last_success_at = models.DateTimeField(null=True, blank=True)
    last_failure_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["team", "-created_at", "-id"], name="webhook_by_team")]

    def __str__(self) -> str:
        return self.url.partition("?")[0]


class Channel(models.TextChoices):
    """How a delivery leaves."""

    MAIL = "mail", "Mail"
    WEBHOOK = "webhook", "Webhook"


class DeliveryState(models.TextChoices):
    """``failed`` is tried again at ``next_attempt_at``; ``given_up`` only when somebody says so."""

    WAITING = "waiting", "Waiting"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    GIVEN_UP = "given_up", "Given up"


#: Those that are sent when their time has come.
DUE = (DeliveryState.WAITING, DeliveryState.FAILED)


class Delivery(models.Model):
    """One message on its way out: a notice by mail, or an event to a webhook.

    An attempt takes the row for some minutes (``next_attempt_at`` moves on), so that what a killed worker had begun is
    due again. ``last_status`` is the HTTP or SMTP status of the last attempt, ``last_error`` a sentence of ours.
    """

    public_id = models.CharField(max_length=20, unique=True, default=new_delivery_id, editable=False)
    channel = models.CharField(max_length=10, choices=Channel)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, null=True, blank=True, related_name="deliveries")
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, null=True, blank=True, related_name="deliveries")
    event = models.CharField(max_length=50)
    key = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="delivery_has_one_place",
                condition=models.Q(channel="mail", notice__isnull=False, webhook__isnull=True)
                | models.Q(channel="webhook", notice__isnull=True, webhook__isnull=False),
            ),
            models.UniqueConstraint(fields=["notice"], name="notice_mailed_once"),
            models.UniqueConstraint(fields=["webhook", "key"], name="webhook_told_once"),
        ]
        indexes = [
            models.Index(
                fields=["channel", "next_attempt_at"],
                name="delivery_due",
                condition=models.Q(state__in=[state.value for state in DUE]),
            ),
            models.Index(fields=["webhook", "-created_at", "-id"], name="delivery_by_webhook"),
            models.Index(fields=["created_at"], name="delivery_oldest"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.public_id}"
