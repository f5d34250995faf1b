"""The rows of the pages of discovery. Sources belong to the first team, as what the catalog's rows show does."""

from tests.contracts.matrix import Row, page
from tests.factories.rules import make_rule
from tests.personas import Cast

ROWS = [
    Row("discovery:overview", "GET", page(200)),
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
