"""Figures about watches for Prometheus, of this process."""

from prometheus_client import Counter, Histogram

_LAG = Histogram(
    "portico_watch_lag_seconds",
    "Time from when a change of a source arrived until it was stored.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60),
)
_BATCHES = Counter("portico_watch_batches", "Batches of changes that watches have brought.")
_WRITTEN = Counter("portico_watch_services", "Discovered services that watches have written.")


def batch_applied(written: int, lag_seconds: float) -> None:
    """A batch is stored; one that wrote nothing says nothing of how long a change takes."""
    _BATCHES.inc()
    if written:
        _WRITTEN.inc(written)
        _LAG.observe(lag_seconds)
