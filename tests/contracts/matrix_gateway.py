"""The rows of gateways, their routes and their traffic."""

from tests.contracts.matrix import Row, everybody, page
from tests.contracts.matrix_catalog import named
from tests.contracts.matrix_marketplace import subscribed
from tests.contracts.matrix_marketplace_keys import an_application_page, both_page

REST = [
    Row("rest:gateway:agent-changes", "GET", everybody(401)),
    Row("rest:gateway:agent-report", "POST", everybody(401)),
    Row("rest:gateway:agent-usage", "POST", everybody(401)),
]

#: Who may not see the figures is told who does.
PAGES = [
    Row("gateway:api-traffic", "GET", page(200), named(slug="payments-api"), prepare=subscribed),
    Row("gateway:application-usage", "GET", both_page(200), an_application_page, prepare=subscribed),
]

ROWS = [*REST, *PAGES]
