"""The SQL of requests without anything around it: ``python -m bench.plans`` reads JSON, writes JSON.

Each request is sent once through the site in this process; every SELECT it makes is run again under
``EXPLAIN ANALYZE``, and the database's own planning and execution times are added up.
"""

import json
import os
import statistics
import sys
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def measure(paths: list[str], credentials: dict[str, str]) -> dict[str, float]:
    """Median milliseconds of SQL a request and median number of statements."""
    client = Client(headers={**credentials, "host": "127.0.0.1"})
    times, counts = [], []
    for path in paths:
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}: {answer.content[:500]!r}")
        reads = [query["sql"] for query in captured if query["sql"].lstrip(" (").startswith(("SELECT", "WITH"))]
        times.append(sum(_milliseconds(sql) for sql in reads))
        counts.append(len(reads))
    return {"milliseconds": statistics.median(times), "statements": statistics.median(counts)}


def _milliseconds(sql: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, TIMING OFF, SUMMARY ON, FORMAT JSON) " + sql.replace("%", "%%"), [])
        plan: Any = cursor.fetchone()[0]
    report = (json.loads(plan) if isinstance(plan, str) else plan)[0]
    return report["Planning Time"] + report["Execution Time"]


def main() -> None:
    asked = json.load(sys.stdin)
    answers = {kind: measure(paths, asked["credentials"]) for kind, paths in asked["paths"].items()}
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
