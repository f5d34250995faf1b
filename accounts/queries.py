"""Reads over several models of this room."""

from dataclasses import dataclass

from accounts.actor import Actor
from accounts.models import Notice, Team, User


@dataclass(frozen=True, slots=True)
class OwnTeam:
    slug: str
    title: str
    role: str
    id: int


def own_teams(actor: Actor) -> list[OwnTeam]:
    """The actor's teams by title with its role in each; one query, none without teams."""
    if not actor.teams:
        return []
    teams = Team.objects.filter(pk__in=actor.team_ids).order_by("title", "slug")
    return [OwnTeam(team.slug, team.title, actor.teams[team.pk], team.pk) for team in teams]


def username_of(actor: Actor) -> str | None:
    """The username of the person behind the actor, ``None`` where there is none; one query for a person."""
    if actor.user_id is None:
        return None
    return User.objects.filter(pk=actor.user_id).values_list("username", flat=True).first()


def has_unread(actor: Actor) -> bool:
    """Whether the person has a notice they did not read; one query for a person, which looks at one row."""
    return actor.user_id is not None and Notice.objects.filter(user=actor.user_id, is_read=False).exists()
