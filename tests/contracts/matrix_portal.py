"""The rows of the site itself: what a load balancer and Prometheus ask."""

from tests.contracts.matrix import Row, everybody

ROWS = [
    Row("healthz", "GET", everybody(200)),
    # Whether it is ready depends on the broker and the migrations, not on who asks.
    Row("readyz", "GET", everybody(200)),
    Row("metrics", "GET", everybody(404)),
]
