"""The database's own stems of words, remembered: the same word always has the same stem."""

from collections.abc import Iterable

from django.db import connection

_REMEMBERED_AT_MOST = 50_000

_stems: dict[str, tuple[str, ...]] = {}


def stems_of(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Each word with its stems: none for a word too common to be indexed. One query for words not met before."""
    wanted = list(words)
    unknown = [word for word in wanted if word not in _stems]
    if unknown:
        if len(_stems) > _REMEMBERED_AT_MOST:
            _stems.clear()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT word, tsvector_to_array(search_stems(word, 'A')) FROM unnest(%s::text[]) AS word", [unknown]
            )
            _stems.update((word, tuple(stems)) for word, stems in cursor.fetchall())
    return {word: _stems[word] for word in wanted}
