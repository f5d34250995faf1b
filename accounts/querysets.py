"""Where every read of people, teams, tokens and the audit trail starts: what the actor may know of."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

if TYPE_CHECKING:
    from accounts.actor import Actor
    from accounts.models import User


def _may_read(actor: "Actor") -> bool:
    return actor.is_authenticated and actor.has_scope("read")


def _maintained(actor: "Actor") -> list[int]:
    return [team for team in actor.teams if actor.maintains(team)]


class UserQuerySet(models.QuerySet):
    def named(self, username: str) -> "User | None":
        """The person of that username, in whatever case it is written."""
        return self.alias(lowered=Lower("username")).filter(lowered=username.lower()).first()

    def visible_to(self, actor: "Actor") -> Self:
        """Everybody for administrators, oneself otherwise; members of a team are read as memberships."""
        if not _may_read(actor):
            return self.none()
        return self if actor.is_administrator else self.filter(pk=actor.user_id)


class TeamQuerySet(models.QuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """All teams for everybody signed in: who owns what is no secret inside the organisation."""
        return self if _may_read(actor) else self.none()


class MembershipQuerySet(models.QuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Memberships of active people, for everybody signed in."""
        return self.filter(user__is_active=True) if _may_read(actor) else self.none()


class TokenQuerySet(models.QuerySet):
    def held_by(self, actor: "Actor") -> Self:
        """The person's own tokens; of a token without a person, itself."""
        return self.filter(pk=actor.token_id) if actor.user_id is None else self.filter(user=actor.user_id)

    def visible_to(self, actor: "Actor") -> Self:
        """One's own and those of teams one maintains; all for administrators. A token also sees itself."""
        if not _may_read(actor):
            return self.none()
        if actor.is_administrator:
            return self
        condition = Q(pk=actor.token_id) | Q(team__in=_maintained(actor))
        if actor.user_id is not None:
            condition |= Q(user=actor.user_id)
        return self.filter(condition)


class AuditQuerySet(models.QuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Everything for administrators; one's own events and those of one's teams otherwise."""
        if not _may_read(actor):
            return self.none()
        if actor.is_administrator:
            return self
        condition = Q(team_id__in=actor.team_ids)
        if actor.user_id is not None:
            condition |= Q(user_id=actor.user_id)
        return self.filter(condition)


class NoticeQuerySet(models.QuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """One's own, and nobody else's: administrators do not read them either."""
        if actor.user_id is None or not _may_read(actor):
            return self.none()
        return self.filter(user=actor.user_id)


class WebhookQuerySet(models.QuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Those of teams one maintains; all, with those of the site, for administrators."""
        if not _may_read(actor):
            return self.none()
        return self if actor.is_administrator else self.filter(team__in=_maintained(actor))


class DeliveryQuerySet(models.QuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Those to webhooks one may see; mail is its recipient's matter."""
        to_webhooks = self.filter(webhook__isnull=False)
        if not _may_read(actor):
            return self.none()
        return to_webhooks if actor.is_administrator else to_webhooks.filter(webhook__team__in=_maintained(actor))
