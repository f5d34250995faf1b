"""The SQL of requests without anything around it: ``python -m bench.plans`` reads JSON, writes JSON.

Each request is sent once through the site in this process; every SELECT it makes is run again under
``EXPLAIN ANALYZE``, and the database's own times are added up. Statements that are prepared count without their
planning, which happens once a connection.
"""

import json
import os
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()

import psycopg
from django.db import connection
from django.test import Client


@dataclass(frozen=True, slots=True)
class Statement:
    sql: str
    parameters: Any
    is_prepared: bool

    def milliseconds(self) -> float:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, SUMMARY ON, FORMAT JSON) {self.sql}", self.parameters)
            plan: Any = cursor.fetchone()[0]
        report = (json.loads(plan) if isinstance(plan, str) else plan)[0]
        return report["Execution Time"] + (0 if self.is_prepared else report["Planning Time"])


def measure(paths: list[str], credentials: dict[str, str]) -> dict[str, float]:
    """Median milliseconds of SQL a request and median number of statements."""
    client = Client(headers={**credentials, "host": "127.0.0.1"})
    times, counts = [], []
    for path in paths:
        reads: list[Statement] = []
        with connection.execute_wrapper(_noting(reads)):
            answer = client.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}: {answer.content[:500]!r}")
        times.append(sum(statement.milliseconds() for statement in reads))
        counts.append(len(reads))
    return {"milliseconds": statistics.median(times), "statements": statistics.median(counts)}


def _noting(reads: list[Statement]) -> Callable[..., Any]:
    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.lstrip(" (\n").startswith(("SELECT", "WITH")):
            is_prepared = not isinstance(context["cursor"].cursor, psycopg.ClientCursor)
            reads.append(Statement(sql, params, is_prepared))
        return execute(sql, params, many, context)

    return note


def main() -> None:
    asked = json.load(sys.stdin)
    answers = {kind: measure(paths, asked["credentials"]) for kind, paths in asked["paths"].items()}
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
