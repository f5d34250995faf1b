"""The rows of what the site says about itself."""

from tests.contracts.matrix import Row, everybody

ROWS = [
    Row("healthz", "GET", everybody(200)),
    Row("readyz", "GET", everybody(200)),
    # No metrics token is set: there is no such page.
    Row("metrics", "GET", everybody(404)),
    # Everybody finds; what they find is the matter of ``visible_to``.
    Row("portal:home", "GET", everybody(200)),
    Row("portal:browse", "GET", everybody(200), query="?q=payments"),
    Row("portal:suggest", "GET", everybody(200), query="?q=payments"),
]
