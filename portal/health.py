"""What a load balancer or orchestrator asks: does the process live, and can it serve."""

from collections.abc import Callable
from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from portal.celery import app


class NotReady(Exception):
    """A check failed; the message says what is wrong without saying where things are."""


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers; asks nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every check is passed, else 503; the answer has each check's result by name."""
    results = {name: _result(check) for name, check in CHECKS.items()}
    ready = all(result == "ok" for result in results.values())
    return JsonResponse({"ready": ready, "checks": results}, status=200 if ready else 503)


def _result(check: Callable[[], None]) -> str:
    try:
        check()
    except NotReady as error:
        return str(error)
    return "ok"


def _database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        raise NotReady("the database does not answer") from None


def _broker() -> None:
    try:
        with app.connection_for_write(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
            with broker.channel() as channel:
                channel.queue_declare(app.conf.task_default_queue, passive=False, durable=True)
    except (OperationalError, OSError):
        raise NotReady("the broker does not answer") from None


def _migrations() -> None:
    try:
        _all_applied()
    except DatabaseError:
        raise NotReady("not known without the database") from None


@cache
def _all_applied() -> None:
    """Returns when nothing is left to apply, which stays true for this code; a raised answer is not remembered."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise NotReady(f"{len(waiting)} migrations are not applied")


CHECKS = {"database": _database, "broker": _broker, "migrations": _migrations}
