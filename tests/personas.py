"""The ten callers that every door is tried with."""

from dataclasses import dataclass
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from accounts.models import Role, Scope, Team, User
from tests.factories.accounts import make_team, make_token, make_user

NAMES = (
    "anonymous",
    "viewer",
    "stranger",
    "member",
    "maintainer",
    "administrator",
    "token_read",
    "token_publish",
    "token_revoked",
    "token_expired",
)

# Those whose answers only some rooms need to say: an administrator's token for discovery.
OF_A_ROOM = ("token_discovery",)


@dataclass(frozen=True, slots=True)
class Cast:
    """Two teams, the people around the first and tokens of it."""

    team: Team
    other_team: Team
    viewer: User
    stranger: User
    member: User
    maintainer: User
    administrator: User
    secrets: dict[str, str]

    def client(self, name: str, **options: bool) -> Client:
        """A client that acts as the persona of that name."""
        if name in self.secrets:
            return Client(headers={"authorization": f"Bearer {self.secrets[name]}"}, **options)
        client = Client(**options)
        if name != "anonymous":
            client.force_login(getattr(self, name))
        return client


def assemble() -> Cast:
    now = timezone.now()
    viewer = make_user("viewer", role=Role.VIEWER)
    stranger, member, maintainer = make_user("stranger"), make_user("member"), make_user("maintainer")
    administrator = make_user("administrator", role=Role.ADMINISTRATOR)
    team = make_team("payments", title="Payments", members=(member,), maintainers=(maintainer,))
    other = make_team("lending", title="Lending", members=(stranger,))
    secrets = {
        "token_read": make_token(team=team, scopes=(Scope.READ,))[1],
        "token_publish": make_token(team=team)[1],
        "token_discovery": make_token(role=Role.ADMINISTRATOR, scopes=(Scope.DISCOVERY,))[1],
        "token_revoked": make_token(team=team, revoked_at=now)[1],
        "token_expired": make_token(team=team, expires_at=now - timedelta(seconds=1))[1],
    }
    return Cast(team, other, viewer, stranger, member, maintainer, administrator, secrets)
