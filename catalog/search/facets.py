"""How many results each value of a facet would give, as further parts of a statement.

A facet's counts ignore its own choice: a facet with a choice is counted apart, from what matches without that
condition. An operation shares the facets of its API and has them in its own document.
"""

from collections.abc import Mapping

from catalog.search.filtering import COLUMNS, LISTS

#: The facet columns of a search document with the alias d, or of what was read from one.
FACET_COLUMNS = ", ".join(f"d.{column}" for column in COLUMNS.values())


def counting_parts(apart: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """CTEs, and parts with the columns (part, value, id, entry, number).

    The CTE ``counted`` is there already. It and ``apart``, a SELECT for each facet with a choice, have the facet
    columns and the number of results that each row stands for.
    """
    ctes = [f"counted_{facet} AS ({select})" for facet, select in apart.items()]
    single = [facet for facet in COLUMNS if facet not in LISTS and facet not in apart]
    parts = [_together(single)] if single else []
    parts += [_alone(facet, "counted") for facet in LISTS if facet not in apart]
    parts += [_alone(facet, f"counted_{facet}") for facet in apart]
    return ctes, parts


def _together(facets: list[str]) -> str:
    """Several facets in one pass."""
    columns = [COLUMNS[facet] for facet in facets]
    name = "CASE " + " ".join(f"WHEN GROUPING({COLUMNS[facet]}) = 0 THEN '{facet}'" for facet in facets) + " END"
    value = "CASE " + " ".join(f"WHEN GROUPING({column}) = 0 THEN {column}::text" for column in columns) + " END"
    sets = ", ".join(f"({column})" for column in columns)
    return (
        f"SELECT {name}, {value}, NULL::bigint, NULL::bigint, sum(number)::bigint FROM counted"
        f" GROUP BY GROUPING SETS ({sets})"
    )


def _alone(facet: str, source: str) -> str:
    column = COLUMNS[facet]
    if facet in LISTS:
        return (
            f"SELECT '{facet}', one::text, NULL::bigint, NULL::bigint, sum(number)::bigint"
            f" FROM (SELECT unnest({column}) AS one, number FROM {source}) AS every GROUP BY one"
        )
    return (
        f"SELECT '{facet}', {column}::text, NULL::bigint, NULL::bigint, sum(number)::bigint"
        f" FROM {source} GROUP BY {column}"
    )
