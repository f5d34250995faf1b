from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import Team
from catalog.models import Environment, Service
from common.public_ids import new_public_id
from marketplace.querysets import ApplicationQuerySet


def new_application_id() -> str:
    return new_public_id("app")


class Application(models.Model):
    """Software of a team or a person that calls APIs, in one environment: its keys open that environment's instances.

    ``service`` is the running software it is, where the catalog knows it. An application is not deleted: who held its
    keys stays known. ``retired_at`` says since when it is no more.
    """

    public_id = models.CharField(max_length=20, unique=True, default=new_application_id, editable=False)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="applications")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="applications"
    )
    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="applications")
    service = models.ForeignKey(Service, on_delete=models.SET_NULL, null=True, blank=True, related_name="applications")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.CharField(max_length=200)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="application_has_one_holder",
                condition=models.Q(team__isnull=False, person__isnull=True)
                | models.Q(team__isnull=True, person__isnull=False),
            ),
            models.UniqueConstraint(
                "team",
                "environment",
                Lower("name"),
                name="application_unique_in_team",
                condition=models.Q(team__isnull=False, retired_at__isnull=True),
            ),
            models.UniqueConstraint(
                "person",
                "environment",
                Lower("name"),
                name="application_unique_of_person",
                condition=models.Q(person__isnull=False, retired_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["team", "name", "id"], name="application_by_team"),
            models.Index(fields=["person", "name", "id"], name="application_by_person"),
            models.Index(fields=["name", "id"], name="application_by_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def holder(self) -> str:
        """Whose it is, as people read it."""
        return str(self.team or self.person)
