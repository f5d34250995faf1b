"""More discovered services out of those a run has published: ``python -m bench.multiply SOURCE --to 100000``.

Each copy is another cluster, a source of its own in one of the environments. Written in SQL from the rows of the
source, so they are as wide and worded as real ones. Their states and exposure are dealt out, as in an inbox that has
been in use for a while.
"""

import argparse
import os

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()

from django.db import connection, transaction

from catalog.models import Environment
from discovery.models import DiscoveredService, Source

# Of a hundred: 40 are published, 10 matched, 20 ignored, 4 missing, 2 retired and 24 new.
_STANDING = """CASE WHEN dealt < 40 THEN 'published' WHEN dealt < 50 THEN 'matched' WHEN dealt < 70 THEN 'ignored'
    WHEN dealt >= 98 THEN 'retired' ELSE 'new' END"""
_CHANGED = {
    "source_id": "%(source)s",
    "environment_id": "%(environment)s",
    "cluster": "%(cluster)s",
    "key": "concat_ws('/', %(cluster)s, namespace, object_kind, name)",
    "search_text": "replace(search_text, ' ' || cluster || ' ', ' ' || %(cluster)s || ' ')",
    "standing": _STANDING,
    "state": f"CASE WHEN dealt BETWEEN 94 AND 97 THEN 'missing' ELSE {_STANDING} END",
    "missing_since": "CASE WHEN dealt BETWEEN 94 AND 97 THEN first_seen_at END",
    "service_id": "CASE WHEN dealt < 50 THEN service_id END",
    "exposure": "CASE WHEN id %% 25 = 0 THEN 'internet' WHEN id %% 10 = 1 THEN 'mesh' ELSE 'inside' END",
    "first_seen_at": "first_seen_at - dealt * interval '1 hour'",
}


def multiply(name: str, total: int) -> int:
    """How many discovered services there are at the end: at least ``total``, when the source has found any."""
    original = Source.objects.get(name=name)
    environments = list(Environment.objects.order_by("position"))
    each, count, number = original.discovered_services.count(), DiscoveredService.objects.count(), 0
    while each and count < total:
        number += 1
        with transaction.atomic():
            copy = Source.objects.create(
                name=f"{name}-{number}",
                kind=original.kind,
                environment=environments[number % len(environments)],
                configuration=original.configuration,
                is_paused=True,
                seen_at=original.seen_at,
            )
            count += _copy(original, copy)
    return count


def _copy(original: Source, copy: Source) -> int:
    table = DiscoveredService._meta.db_table
    columns = [field.column for field in DiscoveredService._meta.concrete_fields if not field.primary_key]
    values = ", ".join(_CHANGED.get(column, column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM ("
            f"SELECT *, abs(hashint8(id + %(source)s)) %% 100 AS dealt FROM {table} WHERE source_id = %(original)s"
            ") AS original",
            {
                "source": copy.pk,
                "environment": copy.environment_id,
                "cluster": copy.name,
                "original": original.pk,
            },
        )
        return cursor.rowcount


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source")
    parser.add_argument("--to", type=int, default=100_000)
    options = parser.parse_args()
    print(multiply(options.source, options.to))


if __name__ == "__main__":
    main()
