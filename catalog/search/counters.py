"""The facet counts: what the trigger adds is summed up here, and checked against a recount."""

from django.db import connection, transaction

_LOCK = 7_305_812_002

_SUM_UP = """
WITH several AS (
  SELECT scope, kind, facet, value FROM catalog_facetcount
  GROUP BY scope, kind, facet, value HAVING count(*) > 1 OR sum(number) = 0
), gone AS (
  DELETE FROM catalog_facetcount AS count USING several
  WHERE (count.scope, count.kind, count.facet, count.value)
      = (several.scope, several.kind, several.facet, several.value)
  RETURNING count.scope, count.kind, count.facet, count.value, count.number
)
INSERT INTO catalog_facetcount (scope, kind, facet, value, number)
SELECT scope, kind, facet, value, sum(number) FROM gone GROUP BY scope, kind, facet, value HAVING sum(number) <> 0
"""

_RECOUNT = """
SELECT d.scope, f.counted_kind, f.facet, f.value, sum(f.number)::bigint
FROM catalog_entrydocument AS d, search_facets(d.kind, d.owner_key, d.domain_key, d.system_key, d.tag_keys,
  d.environment_keys, d.lifecycle, d.format, d.operation_count) AS f
GROUP BY 1, 2, 3, 4
"""

Counts = dict[tuple[int, str, str, str], int]


def sum_up() -> None:
    """Replace the changes of each count by their sum; nothing when another is at it.

    Writers go on adding meanwhile: only rows that this statement sees are replaced.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if cursor.fetchone()[0]:
            cursor.execute(_SUM_UP)


def kept() -> Counts:
    """(scope, kind, facet, value) -> the count that the writers keep."""
    return _counts(
        "SELECT scope, kind, facet, value, sum(number)::bigint FROM catalog_facetcount"
        " GROUP BY 1, 2, 3, 4 HAVING sum(number) <> 0"
    )


def recounted() -> Counts:
    """The same from the documents themselves."""
    return _counts(_RECOUNT)


def recount() -> None:
    """Replace the counts by those of the documents, while no writer can change one."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE catalog_entrydocument IN SHARE MODE")
        cursor.execute("LOCK TABLE catalog_facetcount IN EXCLUSIVE MODE")
        cursor.execute("DELETE FROM catalog_facetcount")
        cursor.execute(f"INSERT INTO catalog_facetcount (scope, kind, facet, value, number) {_RECOUNT}")


def _counts(sql: str) -> Counts:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {(scope, kind, facet, value): number for scope, kind, facet, value, number in cursor.fetchall()}
