"""Whose something is, as those who are told of it: teams and people."""

from dataclasses import dataclass

from catalog.models import API
from marketplace.models import Application


@dataclass(frozen=True, slots=True)
class Holders:
    """Teams and people by their keys."""

    teams: frozenset[int] = frozenset()
    users: frozenset[int] = frozenset()

    def __or__(self, other: "Holders") -> "Holders":
        return Holders(self.teams | other.teams, self.users | other.users)


def holders_of(application: Application) -> Holders:
    """The team or the person whose application it is."""
    if application.team_id is not None:
        return Holders(teams=frozenset([application.team_id]))
    return Holders(users=frozenset([application.person_id] if application.person_id is not None else []))


def owners_of(api: API) -> Holders:
    """The team that owns the API; nobody where it has no owner."""
    return Holders(teams=frozenset([api.owner_id] if api.owner_id is not None else []))
