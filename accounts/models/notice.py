from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.querysets import NoticeQuerySet
from common.public_ids import new_public_id


def new_notice_id() -> str:
    return new_public_id("ntc")


class Notice(models.Model):
    """A message to one person about something they follow or own.

    ``key`` says what it is about: the same thing is told once, however often somebody says so. ``url`` is a path of
    this site.
    """

    public_id = models.CharField(max_length=20, unique=True, default=new_notice_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=50)
    key = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    # Lists begin with what is unread, and pages by key need a column that is never null.
    is_read = models.GeneratedField(
        expression=models.Q(read_at__isnull=False), output_field=models.BooleanField(), db_persist=True
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notice_told_once")]
        indexes = [
            models.Index(fields=["user", "is_read", "-created_at", "-id"], name="notice_by_user"),
            models.Index(fields=["created_at"], name="notice_oldest"),
        ]

    def __str__(self) -> str:
        return self.title


class NoticePreference(models.Model):
    """What a person chose about one kind of notice; without a row mail is sent."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preferences")
    kind = models.CharField(max_length=50)
    is_mailed = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="notice_preference_unique")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user}"
