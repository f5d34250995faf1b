"""The rows of people, teams, tokens and the audit trail."""

from accounts.models import TeamRole
from tests.contracts.matrix import TOKENS, Row, everybody, page, public_rest, rest
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


def slug(cast: Cast) -> dict:
    return {"slug": cast.team.slug}


def member_page(cast: Cast) -> dict:
    return {"slug": cast.team.slug, "username": cast.member.username}


def own_token(cast: Cast) -> dict:
    return {"token": make_token(user=cast.viewer, name="of the viewer")[0].pk}


def team_values(cast: Cast) -> dict:
    return {"title": "Payments", "description": "Moves money."}


ADMINISTRATORS = page(403, administrator=200)
OF_THE_TEAM = page(403, maintainer=200, administrator=200)
CHANGED_THE_TEAM = page(403, maintainer=303, administrator=303)
TOKEN_FORM = {"name": "another", "scope": "read", "lifetime": "30"}

PAGES = [
    Row("accounts:sign-in", "GET", page(302, anonymous=200, **dict.fromkeys(TOKENS, 200))),
    Row(
        "accounts:sign-in",
        "POST",
        page(302, anonymous=422, **dict.fromkeys(TOKENS, 422)),
        body=lambda cast: {"username": "viewer", "password": "wrong"},
    ),
    Row("accounts:sign-out", "POST", everybody(302)),
    Row("accounts:theme", "POST", everybody(302), body=lambda cast: {"theme": "dark"}),
    Row("accounts:profile", "GET", page(200)),
    Row("accounts:profile", "POST", page(303), body=lambda cast: {"name": "Vera", "email": ""}),
    Row("accounts:password", "GET", page(200)),
    Row("accounts:password", "POST", page(422), body=lambda cast: {"current": "wrong"}),
    Row("accounts:token-list", "GET", page(200)),
    Row("accounts:token-new", "GET", page(200)),
    Row("accounts:token-new", "POST", page(200), body=lambda cast: TOKEN_FORM),
    Row("accounts:token-revoke", "GET", page(404, viewer=200, administrator=200), own_token),
    Row("accounts:token-revoke", "POST", page(404, viewer=303, administrator=303), own_token),
    Row("accounts:my-teams", "GET", page(200)),
    Row("accounts:team-list", "GET", page(200)),
    Row("accounts:team-new", "GET", ADMINISTRATORS),
    Row(
        "accounts:team-new",
        "POST",
        page(403, administrator=303),
        body=lambda cast: {"slug": "cards", "title": "Cards"},
    ),
    Row("accounts:team-detail", "GET", page(200), slug),
    Row("accounts:team-edit", "GET", OF_THE_TEAM, slug),
    Row("accounts:team-edit", "POST", CHANGED_THE_TEAM, slug, team_values),
    Row(
        "accounts:member-set",
        "POST",
        CHANGED_THE_TEAM,
        slug,
        lambda cast: {"username": cast.viewer.username, "role": TeamRole.MEMBER},
    ),
    Row("accounts:member-remove", "GET", OF_THE_TEAM, member_page),
    Row("accounts:member-remove", "POST", CHANGED_THE_TEAM, member_page),
    Row("accounts:team-token-list", "GET", OF_THE_TEAM, slug),
    Row("accounts:team-token-new", "GET", OF_THE_TEAM, slug),
    Row("accounts:team-token-new", "POST", OF_THE_TEAM, slug, lambda cast: TOKEN_FORM),
    Row("accounts:people", "GET", ADMINISTRATORS),
    Row("accounts:person-new", "GET", ADMINISTRATORS),
    Row("accounts:person-new", "POST", ADMINISTRATORS, body=lambda cast: {"username": "newcomer", "role": "viewer"}),
    Row("accounts:person", "GET", ADMINISTRATORS, viewer),
    Row(
        "accounts:person", "POST", page(403, administrator=303), viewer, lambda cast: {"name": "Vera", "role": "viewer"}
    ),
    Row("accounts:person-deactivate", "GET", ADMINISTRATORS, viewer),
    Row("accounts:person-deactivate", "POST", page(403, administrator=303), viewer),
    Row("accounts:person-reactivate", "GET", ADMINISTRATORS, viewer),
    Row("accounts:person-reactivate", "POST", page(403, administrator=303), viewer),
    Row("accounts:person-password", "GET", ADMINISTRATORS, viewer),
    Row("accounts:person-password", "POST", ADMINISTRATORS, viewer),
    Row("accounts:audit", "GET", page(200)),
]

ROWS = [*REST, *PAGES]
