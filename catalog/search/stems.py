"""The database's own stems of words, remembered: the same word always has the same stem."""

from collections.abc import Iterable

from catalog.search.statements import rows_of

_REMEMBERED_AT_MOST = 50_000

_STEMS = "SELECT word, tsvector_to_array(search_stems(word, 'A')) FROM unnest(%(words)s::text[]) AS word"

_stems: dict[str, tuple[str, ...]] = {}


def stems_of(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Each word with its stems: none for a word too common to be indexed. One query for words not met before."""
    wanted = list(words)
    unknown = [word for word in wanted if word not in _stems]
    if unknown:
        if len(_stems) > _REMEMBERED_AT_MOST:
            _stems.clear()
        _stems.update((word, tuple(stems)) for word, stems in rows_of(_STEMS, {"words": unknown}))
    return {word: _stems[word] for word in wanted}
