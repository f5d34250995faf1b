"""The words in use, to which misspelt ones are corrected.

A writer marks its documents as due with the document itself; :func:`refresh` adds their words soon after, alone of
its kind, so that writers never wait for each other over a word they share. A word that is no longer used stays until
:func:`rebuild`: a correction is shown only when it finds something the reader may see, so it costs nothing.
"""

from django.db import connection, transaction

_LOCK = 7_305_812_001
_BATCH = 500

# What people type: words of titles, names, descriptions and operations, as they are written. Numbers and the very
# long are no words anyone means.
_WORDS = """
SELECT DISTINCT d.id, d.scope, word
FROM catalog_entrydocument AS d
CROSS JOIN LATERAL (
  SELECT concat_ws(' ', d.title, d.name, d.description) AS text
  UNION ALL
  SELECT left(string_agg(concat_ws(' ', o.operation_id, o.summary, o.path, o."group", left(o.description, 1000)), ' '),
              20000)
  FROM catalog_operationdocument AS od JOIN catalog_operation AS o ON o.id = od.operation_id WHERE od.entry_id = d.id
  UNION ALL
  SELECT left(string_agg(DISTINCT split_part(field ->> 'path', '.', -1), ' '), 20000)
  FROM catalog_operationdocument AS od JOIN catalog_operation AS o ON o.id = od.operation_id
  CROSS JOIN LATERAL jsonb_array_elements(o.fields) AS field WHERE od.entry_id = d.id
) AS texts
CROSS JOIN LATERAL string_to_table(search_words(texts.text), ' ') AS word
WHERE d.id = ANY(%(ids)s) AND length(word) BETWEEN 3 AND 40 AND word !~ '[0-9]'
"""

_ADD = f"""
INSERT INTO catalog_searchword (word, scope, number)
SELECT word, scope, count(*) FROM ({_WORDS}) AS found GROUP BY word, scope ORDER BY word, scope
ON CONFLICT (word, scope) DO UPDATE SET number = catalog_searchword.number + EXCLUDED.number
"""


def refresh() -> int:
    """Add the words of documents that are due and return how many documents were; nothing when another is at it."""
    done = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            if not cursor.fetchone()[0]:
                return done
            cursor.execute(
                "UPDATE catalog_entrydocument SET words_due = false WHERE id IN"
                " (SELECT id FROM catalog_entrydocument WHERE words_due ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)"
                " RETURNING id",
                [_BATCH],
            )
            ids = [row[0] for row in cursor.fetchall()]
            if not ids:
                return done
            cursor.execute(_ADD, {"ids": ids})
            done += len(ids)


def rebuild() -> None:
    """Forget every word and find them again, with the number of documents each is in."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("DELETE FROM catalog_searchword")
        cursor.execute("UPDATE catalog_entrydocument SET words_due = true WHERE NOT words_due")
    refresh()
