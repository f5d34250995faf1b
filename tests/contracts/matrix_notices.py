"""The rows of notices, webhooks and deliveries."""

from tests.contracts.matrix import Row, page, rest
from tests.factories.notices import make_delivery, make_notice, make_webhook
from tests.personas import Cast

ADDRESS = "https://hooks.example.com/portico"


def a_notice(cast: Cast) -> dict:
    """Of a member, whom the team's tokens do not act for."""
    return {"notice": make_notice(cast.member).public_id}


def a_webhook(cast: Cast) -> dict:
    return {"webhook": make_webhook(cast.team)[0].public_id}


def a_delivery(cast: Cast) -> dict:
    return {"delivery": make_delivery(make_webhook(cast.team)[0]).public_id}


def team(cast: Cast) -> dict:
    return {"slug": cast.team.slug}


OF_THE_TEAM = rest(404, maintainer=200, administrator=200)
TRIED = rest(404, maintainer=202, administrator=202)

REST = [
    Row("rest:accounts:notice-list", "GET", rest(200)),
    Row("rest:accounts:notices-read", "POST", rest(200, token_read=403, token_publish=403)),
    Row("rest:accounts:notice-read", "POST", rest(404, member=200), a_notice),
    Row("rest:accounts:webhook-list", "GET", rest(200)),
    Row(
        "rest:accounts:webhook-list",
        "POST",
        rest(403, maintainer=201, administrator=201),
        body=lambda cast: {"url": ADDRESS, "team": cast.team.slug},
    ),
    Row("rest:accounts:webhook-detail", "GET", OF_THE_TEAM, a_webhook),
    Row("rest:accounts:webhook-detail", "PATCH", OF_THE_TEAM, a_webhook, lambda cast: {"is_active": False}),
    Row("rest:accounts:webhook-detail", "DELETE", rest(404, maintainer=204, administrator=204), a_webhook),
    Row("rest:accounts:webhook-test", "POST", TRIED, a_webhook),
    Row("rest:accounts:webhook-secret", "POST", OF_THE_TEAM, a_webhook),
    Row("rest:accounts:delivery-list", "GET", OF_THE_TEAM, a_webhook),
    Row("rest:accounts:delivery-send-again", "POST", TRIED, a_delivery),
]

MAINTAINERS = page(403, maintainer=200, administrator=200)
ADMINISTRATORS = page(403, administrator=200)
SEEN = page(404, maintainer=200, administrator=200)
CHANGED = page(404, maintainer=303, administrator=303)

PAGES = [
    Row("accounts:notice-list", "GET", page(200)),
    Row("accounts:notices-read", "POST", page(303, anonymous=302)),
    Row("accounts:notice-read", "POST", page(404, member=303), a_notice),
    Row("accounts:notice-mail", "GET", page(200)),
    Row("accounts:notice-mail", "POST", page(303), body=lambda cast: {"kinds": ["webhook.disabled"]}),
    Row("accounts:team-webhook-list", "GET", MAINTAINERS, team),
    Row("accounts:team-webhook-new", "GET", MAINTAINERS, team),
    Row("accounts:team-webhook-new", "POST", MAINTAINERS, team, lambda cast: {"url": ADDRESS}),
    Row("accounts:webhook-list", "GET", ADMINISTRATORS),
    Row("accounts:webhook-new", "GET", ADMINISTRATORS),
    Row("accounts:webhook-new", "POST", ADMINISTRATORS, body=lambda cast: {"url": ADDRESS}),
    Row("accounts:webhook", "GET", SEEN, a_webhook),
    Row("accounts:webhook-edit", "GET", SEEN, a_webhook),
    Row("accounts:webhook-edit", "POST", CHANGED, a_webhook, lambda cast: {"url": "https://other.example.com/"}),
    Row("accounts:webhook-switch", "POST", CHANGED, a_webhook),
    Row("accounts:webhook-secret", "GET", SEEN, a_webhook),
    Row("accounts:webhook-secret", "POST", SEEN, a_webhook),
    Row("accounts:webhook-remove", "GET", SEEN, a_webhook),
    Row("accounts:webhook-remove", "POST", CHANGED, a_webhook),
    Row("accounts:webhook-test", "POST", CHANGED, a_webhook),
    Row("accounts:delivery-send-again", "POST", CHANGED, a_delivery),
]

ROWS = [*REST, *PAGES]
