from django.conf import settings
from django.db import models
from django.utils import timezone

from catalog.models import API, APIVersion
from common.public_ids import new_public_id
from marketplace.models.application import Application
from marketplace.models.plan import Plan
from marketplace.querysets import AccessRequestQuerySet, SubscriptionQuerySet


def new_subscription_id() -> str:
    return new_public_id("sub")


def new_request_id() -> str:
    return new_public_id("req")


class SubscriptionState(models.TextChoices):
    """Only ``approved`` opens doors. ``rejected``, ``revoked`` and ``expired`` are final."""

    PENDING = "pending", "Pending approval"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    SUSPENDED = "suspended", "Suspended"
    REVOKED = "revoked", "Revoked"
    EXPIRED = "expired", "Expired"


#: Those of which an application has at most one to a version.
LIVE = (SubscriptionState.PENDING, SubscriptionState.APPROVED, SubscriptionState.SUSPENDED)


class Subscription(models.Model):
    """An application's access to a version of an API, and later compatible ones, on a plan.

    ``generation`` is the one in which it last changed what a gateway has to do (``marketplace.generations``); 0 when
    it never did. ``state_reason`` is what was said when it came into its state.
    """

    public_id = models.CharField(max_length=20, unique=True, default=new_subscription_id, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="subscriptions")
    api = models.ForeignKey(API, on_delete=models.PROTECT, related_name="subscriptions")
    version = models.ForeignKey(APIVersion, on_delete=models.PROTECT, related_name="subscriptions")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="subscriptions")
    state = models.CharField(max_length=10, choices=SubscriptionState, default=SubscriptionState.PENDING)
    state_reason = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=200, blank=True, help_text="empty where the plan approves by itself")
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.CharField(max_length=200, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    generation = models.BigIntegerField(default=0)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "version"],
                name="subscription_unique_while_live",
                condition=models.Q(state__in=[state.value for state in LIVE]),
            )
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="subscription_newest"),
            models.Index(fields=["api", "state", "-created_at", "-id"], name="subscription_by_api"),
            models.Index(fields=["api", "-created_at", "-id"], name="subscription_newest_of_api"),
            models.Index(fields=["application", "-created_at", "-id"], name="subscription_by_application"),
            models.Index(
                fields=["expires_at"],
                name="subscription_due",
                condition=models.Q(expires_at__isnull=False, state__in=["approved", "suspended"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} to {self.api} {self.version}"


class RequestKind(models.TextChoices):
    """What is asked for."""

    ACCESS = "access", "Access"
    PLAN_CHANGE = "plan_change", "Change of plan"


class RequestState(models.TextChoices):
    """``asked``: the owner wants to know more, and the one who asked for access is to answer."""

    PENDING = "pending", "Pending approval"
    ASKED = "asked", "Question asked"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn"


class AccessRequest(models.Model):
    """Somebody asks for a subscription, or for another plan on one, and the owner of the API answers.

    People are named by value, so that what they said outlives them.
    """

    public_id = models.CharField(max_length=20, unique=True, default=new_request_id, editable=False)
    kind = models.CharField(max_length=12, choices=RequestKind, default=RequestKind.ACCESS)
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="requests")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="requests")
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.PENDING)
    reason = models.TextField(blank=True)
    terms_accepted_at = models.DateTimeField(null=True, blank=True)
    requested_at = models.DateTimeField(default=timezone.now)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    requested_by_name = models.CharField(max_length=200)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=200, blank=True)
    decision_reason = models.TextField(blank=True)

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscription"],
                name="one_open_request",
                condition=models.Q(state__in=["pending", "asked"]),
            )
        ]
        indexes = [
            models.Index(
                fields=["requested_at", "id"],
                name="request_open",
                condition=models.Q(state__in=["pending", "asked"]),
            ),
            models.Index(fields=["-requested_at", "-id"], name="request_newest"),
        ]

    def __str__(self) -> str:
        return f"request of {self.subscription}"

    @property
    def asker(self) -> str:
        """The person to talk to, whose token asked or not; the name it was made under where there is none any more."""
        return self.requested_by.display_name if self.requested_by is not None else self.requested_by_name


class AccessMessage(models.Model):
    """What was asked back about a request, and what was answered."""

    request = models.ForeignKey(AccessRequest, on_delete=models.CASCADE, related_name="messages")
    at = models.DateTimeField(default=timezone.now)
    author_name = models.CharField(max_length=200)
    is_question = models.BooleanField()
    text = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["request", "at", "id"], name="message_by_request")]

    def __str__(self) -> str:
        return self.text[:80]
