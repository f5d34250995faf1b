from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

from accounts.querysets import MembershipQuerySet, TeamQuerySet
from common.slugs import SlugField

reachable = RegexValidator(r"\A(https?://|mailto:|tel:)[^\s]+\Z", "Begin with https://, http://, mailto: or tel:.")


class TeamRole(models.TextChoices):
    """What a person may do for one team."""

    MEMBER = "member", "Member"
    MAINTAINER = "maintainer", "Maintainer"


class Team(models.Model):
    """A group of people that owns entries of the catalog."""

    slug = SlugField(unique=True)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="teams")
    created_at = models.DateTimeField(default=timezone.now)

    objects = TeamQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title


class Contact(models.Model):
    """One way to reach a team: a channel, a mailbox, an on-call page."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="contacts")
    title = models.CharField(max_length=200)
    url = models.CharField(
        max_length=500, blank=True, validators=[reachable], help_text="An https:, http:, mailto: or tel: address."
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "position"], name="contact_position_unique")]

    def __str__(self) -> str:
        return self.title


class Membership(models.Model):
    """A person's place in a team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=TeamRole, default=TeamRole.MEMBER)
    created_at = models.DateTimeField(default=timezone.now)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="membership_unique")]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"
