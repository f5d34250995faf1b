"""The rows of what the site says about itself."""

from tests.contracts.matrix import Row, everybody

ROWS = [
    Row("healthz", "GET", everybody(200)),
    Row("readyz", "GET", everybody(200)),
    # No metrics token is set: there is no such page.
    Row("metrics", "GET", everybody(404)),
]
