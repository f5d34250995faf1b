"""The rows of the pages of discovery. Sources belong to the first team, as what the catalog's rows show does.

Whoever has only a token is nobody on a page and is asked to sign in; people who look after another source do not
learn that this one exists.
"""

from django.core.files.uploadedfile import SimpleUploadedFile

from discovery.models import HoldState
from tests.contracts import matrix_inbox
from tests.contracts.matrix import Row, page
from tests.contracts.matrix_catalog import named
from tests.factories.discovery import make_held_run, make_run, make_source
from tests.factories.rules import make_rule
from tests.personas import Cast

_STRANGERS = {"viewer": 404, "stranger": 404}
READ = page(200, **_STRANGERS)
RUN = page(303, **_STRANGERS)
ADMINISTRATORS = page(403, administrator=200)
MANAGE = page(403, **_STRANGERS, administrator=200)
MANAGED = page(403, **_STRANGERS, administrator=303)

SOURCE = named(name="ledger-cluster")
FIRST_RUN = named(name="ledger-cluster", number=1)
CONFIRMED = named(name="ledger-cluster", number=1, answer="confirm")


def source(cast: Cast) -> None:
    made = make_source("ledger-cluster", owner=cast.team)
    make_run(made)


def held(cast: Cast) -> None:
    run = make_held_run(make_source("ledger-cluster", owner=cast.team))
    assert run.hold == HoldState.HELD


def source_form(cast: Cast) -> dict:
    """What the connector of manifests asks for."""
    return {
        "environment": "production",
        "owner": cast.team.slug,
        "schedule": "900",
        "loss_percent": 30,
        "loss_at_least": 10,
        "grace_days": 7,
        "configuration.upload": SimpleUploadedFile("bank.yaml", b"kind: Service"),
    }


ROWS = [
    Row("discovery:overview", "GET", page(200)),
    Row("discovery:source-new", "GET", ADMINISTRATORS, query="?kind=manifests", prepare=source),
    Row(
        "discovery:source-new",
        "POST",
        page(403, administrator=303),
        body=lambda cast: {**source_form(cast), "name": "new-cluster"},
        query="?kind=manifests",
        prepare=source,
    ),
    Row("discovery:source", "GET", READ, SOURCE, prepare=source),
    Row("discovery:source-watch", "GET", READ, SOURCE, prepare=source),
    Row("discovery:source-edit", "GET", MANAGE, SOURCE, prepare=source),
    Row("discovery:source-edit", "POST", MANAGED, SOURCE, source_form, prepare=source),
    Row("discovery:run-now", "POST", RUN, SOURCE, prepare=source),
    Row("discovery:source-pause", "POST", MANAGED, SOURCE, prepare=source),
    Row("discovery:source-resume", "POST", MANAGED, SOURCE, prepare=source),
    Row("discovery:run-list", "GET", READ, SOURCE, prepare=source),
    Row("discovery:run", "GET", READ, FIRST_RUN, prepare=source),
    Row("discovery:run-progress", "GET", READ, FIRST_RUN, prepare=source),
    Row("discovery:loss-decide", "GET", READ, CONFIRMED, prepare=held),
    Row("discovery:loss-decide", "POST", RUN, CONFIRMED, prepare=held),
    *matrix_inbox.ROWS,
]

# The rules: everybody signed in reads them, administrators change them.


def a_rule(cast: Cast) -> dict:
    return {"name": make_rule("noise", action="ignore").name}


MANAGES_RULES = page(403, administrator=200)
CHANGED_RULES = page(403, administrator=303)

RULES = [
    Row("discovery:rule-list", "GET", page(200)),
    Row("discovery:rule-new", "GET", MANAGES_RULES),
    Row("discovery:rule-new", "POST", CHANGED_RULES, body=lambda cast: {"name": "cards", "action": "publish"}),
    Row("discovery:rule-edit", "GET", MANAGES_RULES, a_rule),
    Row("discovery:rule-edit", "POST", CHANGED_RULES, a_rule, lambda cast: {"action": "publish"}),
    Row("discovery:rule-move", "POST", CHANGED_RULES, a_rule, lambda cast: {"direction": "up"}),
    Row("discovery:rule-delete", "GET", MANAGES_RULES, a_rule),
    Row("discovery:rule-delete", "POST", CHANGED_RULES, a_rule),
]

ROWS += RULES
