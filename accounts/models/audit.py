from django.db import models

from accounts.querysets import AuditQuerySet


class AuditEvent(models.Model):
    """What somebody did, when, to what. Append-only: a trigger in the database refuses changes.

    People, tokens and objects are named by value, so that the trail outlives them.
    """

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor_name = models.CharField(max_length=200)
    user_id = models.BigIntegerField(null=True)
    token_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=100)
    object_type = models.CharField(max_length=50)
    object_id = models.BigIntegerField(null=True)
    object_name = models.CharField(max_length=300)
    team_id = models.BigIntegerField(null=True)
    difference = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["object_type", "object_id", "-at"], name="audit_by_object"),
            models.Index(fields=["team_id", "-at"], name="audit_by_team"),
            models.Index(fields=["user_id", "-at"], name="audit_by_user"),
            models.Index(fields=["action", "-at"], name="audit_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_name}"
