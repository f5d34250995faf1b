"""A sixteenth of the documents, drawn by chance, from which a very common word is known before it is looked up.

A word's matches come from the index all at once, so that to count 10,001 of a million costs more than everything else
a search does. The sample has an index of its own. Who finds :data:`PLENTY` matches in it knows that there are more than
anybody counts, and has candidates to rank; who finds fewer looks at all documents.
"""

from common.paging import COUNT_LIMIT

#: One document in so many is sampled.
ONE_IN = 16

#: So many sampled matches stand for one and a half times what is counted. With 10,000 matches 625 are expected, and 938
#: are more than twelve standard deviations away.
PLENTY = -(-COUNT_LIMIT * 3 // 2 // ONE_IN)


def is_sampled(key: str) -> str:
    """SQL for whether the document of the row with this id is in the sample: by a hash, whatever the document says."""
    return f"hashint8({key}) & {ONE_IN - 1} = 0"


def plenty_or_all(name: str, columns: tuple[str, str], table: str, where: str, limit: int) -> list[str]:
    """CTEs «sample_name» and «name» of the table's rows (alias ``d``) where a condition holds.

    ``columns`` are those of a row from the sample and from all, and there is one more, ``number``: how many matches the
    row of «name» stands for. Its sum is above the bound on what is counted when there are plenty; else its rows are all
    there are, up to the limit.
    """
    sampled, every = columns
    plenty = f"(SELECT count(*) = {PLENTY} FROM sample_{name})"
    return [
        f"sample_{name} AS MATERIALIZED (SELECT {sampled} FROM {table} AS d WHERE d.sampled AND {where}"
        f" LIMIT {PLENTY})",
        f"{name} AS MATERIALIZED (SELECT *, {ONE_IN} AS number FROM sample_{name} WHERE {plenty} UNION ALL"
        f" (SELECT {every}, 1 FROM {table} AS d WHERE NOT {plenty} AND {where} LIMIT {limit}))",
    ]
