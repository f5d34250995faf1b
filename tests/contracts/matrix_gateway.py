"""The rows of gateways, their routes and their traffic."""

from tests.contracts.matrix import Row, everybody

REST = [
    Row("rest:gateway:agent-changes", "GET", everybody(401)),
    Row("rest:gateway:agent-report", "POST", everybody(401)),
    Row("rest:gateway:agent-usage", "POST", everybody(401)),
]

ROWS = [*REST]
