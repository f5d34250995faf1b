"""Figures about this site for Prometheus: requests by route, the build, whether the database answers."""

import hmac
import os
import time
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from discovery.queries.watches import live_count
from portal import version

REQUESTS = Counter("portico_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "portico_request_seconds",
    "Time to answer a request.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class MetricsMiddleware:
    """Counts each request under the route it took; the address itself could be anything and is no label."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        method = request.method if request.method in METHODS else "other"
        route = request.resolver_match.route if request.resolver_match else "unmatched"
        REQUESTS.labels(method, route, response.status_code).inc()
        SECONDS.labels(method, route).observe(time.perf_counter() - began)
        return response


class _Now(Collector):
    """What is looked up when somebody asks."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        build = GaugeMetricFamily("portico_build_info", "The version that runs.", labels=["version"])
        build.add_metric([version.VERSION], 1)
        yield build
        is_up = _database_answers()
        yield GaugeMetricFamily("portico_database_up", "Whether the database answers.", value=is_up)
        if is_up:
            live = live_count(timezone.now())
            yield GaugeMetricFamily("portico_watch_live", "Sources whose changes are followed now.", value=live)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures of all web processes, for whoever knows the token; without a token set there is no such page."""
    expected = settings.PORTICO_METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        raise Http404
    now = CollectorRegistry()
    now.register(_Now())
    return HttpResponse(generate_latest(_requests()) + generate_latest(now), content_type=CONTENT_TYPE_LATEST)


def _requests() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)
    return together
