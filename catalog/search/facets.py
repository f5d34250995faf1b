"""How many results each value of a facet would give, as further parts of a statement.

A facet's counts ignore its own choice: a facet with a choice is counted apart, from what matches without that
condition. Matches are added up by their entry first, since an operation shares the facets of its API.
"""

from collections.abc import Mapping

from catalog.search.filtering import COLUMNS

LISTS = ("tag", "environment")

#: The facet columns of a search document with the alias d.
FACET_COLUMNS = ", ".join(f"d.{column}" for column in COLUMNS.values())


def entries_of(matched: str) -> str:
    """A SELECT of facet columns and number from a SELECT of matches' entries."""
    return (
        f"SELECT {FACET_COLUMNS}, m.number FROM"
        f" (SELECT entry, count(*) AS number FROM ({matched}) AS matches GROUP BY entry) AS m"
        " JOIN catalog_entrydocument AS d ON d.id = m.entry"
    )


def facet_parts(matched: str, apart: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """CTEs, and parts with the columns (part, value, id, entry, number).

    ``matched`` is a SELECT of the entries of all matches, ``apart`` has one for each facet with a choice.
    """
    ctes, parts = counting_parts({facet: entries_of(select) for facet, select in apart.items()})
    return [f"counted AS MATERIALIZED ({entries_of(matched)})", *ctes], parts


def counting_parts(apart: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """The same where the CTE ``counted`` is there already; it and ``apart`` have the facet columns and a number."""
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
            f" FROM {source}, unnest({source}.{column}) AS one GROUP BY one"
        )
    return (
        f"SELECT '{facet}', {column}::text, NULL::bigint, NULL::bigint, sum(number)::bigint"
        f" FROM {source} GROUP BY {column}"
    )
