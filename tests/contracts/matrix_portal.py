"""The rows of what the site says about itself."""

from tests.contracts.matrix import Row, everybody

ROWS = [
    Row("healthz", "GET", everybody(200)),
    Row("readyz", "GET", everybody(200)),
    # No metrics token is set: there is no such page.
    Row("metrics", "GET", everybody(404)),
    # The front is for everybody; what it shows starts at what the reader may know of.
    Row("portal:home", "GET", everybody(200)),
    Row("portal:browse", "GET", everybody(200), query="?q=payments"),
    Row("portal:suggest", "GET", everybody(200), query="?q=pay"),
]
