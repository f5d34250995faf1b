"""The rows of people, teams, tokens and the audit trail."""

from accounts.models import TeamRole
from tests.contracts.matrix import Row, everybody, public_rest, rest
from tests.factories.accounts import make_token
from tests.personas import Cast

NEW_TOKEN = {"name": "another", "scopes": ["read"]}
ONLY_ADMINISTRATORS = rest(403, administrator=200)
MAINTAINERS = rest(403, maintainer=200, administrator=200)


def team(cast: Cast) -> dict:
    return {"team": cast.team.slug}


def member(cast: Cast) -> dict:
    return {"team": cast.team.slug, "username": cast.member.username}


def viewer(cast: Cast) -> dict:
    return {"username": cast.viewer.username}


def a_token(cast: Cast) -> dict:
    return {"token": make_token(team=cast.team, name="of the team")[0].pk}


REST = [
    Row("rest:schema", "GET", public_rest(200)),
    Row("rest:docs", "GET", everybody(200)),
    Row("rest:accounts:me", "GET", rest(200)),
    Row("rest:accounts:team-list", "GET", rest(200)),
    Row(
        "rest:accounts:team-list",
        "POST",
        rest(403, administrator=201),
        body=lambda cast: {"slug": "cards", "title": "Cards"},
    ),
    Row("rest:accounts:team-detail", "GET", rest(200), team),
    Row("rest:accounts:team-detail", "PATCH", MAINTAINERS, team, lambda cast: {"title": "Payments and cards"}),
    Row("rest:accounts:member-list", "GET", rest(200), team),
    Row(
        "rest:accounts:member",
        "PUT",
        rest(403, maintainer=201, administrator=201),
        lambda cast: {"team": cast.team.slug, "username": cast.viewer.username},
        lambda cast: {"role": TeamRole.MEMBER},
    ),
    Row("rest:accounts:member", "DELETE", rest(403, maintainer=204, administrator=204), member),
    Row("rest:accounts:team-token-list", "GET", rest(200), team),
    Row(
        "rest:accounts:team-token-list",
        "POST",
        rest(403, maintainer=201, administrator=201),
        team,
        lambda cast: NEW_TOKEN,
    ),
    Row("rest:accounts:token-list", "GET", rest(200)),
    Row(
        "rest:accounts:token-list",
        "POST",
        rest(201, token_read=403, token_publish=403),
        body=lambda cast: NEW_TOKEN,
    ),
    Row("rest:accounts:token-detail", "GET", rest(404, maintainer=200, administrator=200), a_token),
    Row("rest:accounts:token-detail", "DELETE", rest(404, maintainer=204, administrator=204), a_token),
    Row("rest:accounts:user-list", "GET", ONLY_ADMINISTRATORS),
    Row("rest:accounts:user-list", "POST", rest(403, administrator=201), body=lambda cast: {"username": "newcomer"}),
    Row("rest:accounts:user-detail", "GET", rest(404, viewer=200, administrator=200), viewer),
    Row(
        "rest:accounts:user-detail",
        "PATCH",
        rest(404, viewer=403, administrator=200),
        viewer,
        lambda cast: {"name": "Vera"},
    ),
    Row("rest:accounts:user-deactivate", "POST", rest(404, viewer=403, administrator=200), viewer),
    Row("rest:accounts:user-reactivate", "POST", rest(404, viewer=403, administrator=200), viewer),
    Row("rest:accounts:user-reset-password", "POST", rest(404, viewer=403, administrator=200), viewer),
    Row("rest:accounts:audit-event-list", "GET", rest(200)),
]

ROWS = [*REST]
