"""How many results each value of a facet would give, as further parts of a statement.

A facet's counts ignore its own choice: a facet with a choice is counted apart, without that condition. The others are
counted from what the statement has read already; most documents share their single-valued facets with many, so
those are added up once and each facet is read from the sums.
"""

from collections.abc import Callable, Iterable

from catalog.search.filtering import COLUMNS

VALUES_AT_MOST = 50

LISTS = ("tag", "environment")
_COMBINED = ", ".join(column for facet, column in COLUMNS.items() if facet != "tag")

#: The facet columns of a search document with the alias d.
FACET_COLUMNS = ", ".join(f"d.{column}" for column in COLUMNS.values())


def facet_parts(chosen: Iterable[str], apart: Callable[[str], str]) -> tuple[list[str], list[str]]:
    """CTEs, and parts with the columns (part, value, id, entry, number).

    The statement has a CTE ``matched`` with the columns number and ``FACET_COLUMNS``. ``apart`` gives, for a facet
    with a choice, a SELECT of key and number from the documents under every other choice.
    """
    ctes = [
        f"combined AS (SELECT {_COMBINED}, sum(number) AS number FROM matched GROUP BY {_COMBINED})"  # noqa: S608
    ]
    parts = []
    for facet, column in COLUMNS.items():
        if facet in chosen:
            rows = apart(facet)
        else:
            rows = f"SELECT {column} AS key, number FROM {'matched' if facet == 'tag' else 'combined'}"  # noqa: S608
        if facet in LISTS:
            rows = f"SELECT one AS key, number FROM ({rows}) AS listed, unnest(listed.key) AS one"  # noqa: S608
        parts.append(_most_frequent(facet, rows))
    return ctes, parts


def _most_frequent(facet: str, rows: str) -> str:
    return (
        f"SELECT '{facet}', key::text, NULL::bigint, NULL::bigint, sum(number)::bigint AS number"  # noqa: S608
        f" FROM ({rows}) AS counted WHERE key IS NOT NULL AND key::text <> ''"
        f" GROUP BY key ORDER BY number DESC, key LIMIT {VALUES_AT_MOST}"
    )
