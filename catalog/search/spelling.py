"""Corrects misspelt words to words in use, and only to such as the reader may know of."""

from dataclasses import replace
from string import ascii_lowercase

from catalog.search.statements import rows_of
from catalog.search.text import Query, parse

_LETTERS_AT_LEAST = 4
_CORRECTED_AT_MOST = 4
_SHORT = 6

# A word in use is no mistake. What resembles it is found by trigrams; in a short word one wrong letter leaves too few
# of them, so the words one change away are looked up as well.
_NEAR = """
SELECT asked.word, near.word
FROM unnest(%(words)s::text[]) AS asked (word)
CROSS JOIN LATERAL (
  SELECT used.word, max(used.number) AS number FROM catalog_searchword AS used
  WHERE used.word %% asked.word AND abs(length(used.word) - length(asked.word)) <= 2 {scope}
  GROUP BY used.word
  ORDER BY similarity(used.word, asked.word) DESC, number DESC, used.word LIMIT 12
) AS near
WHERE NOT EXISTS (SELECT FROM catalog_searchword AS used WHERE used.word = asked.word {scope})
UNION ALL
SELECT change.asked, used.word
FROM unnest(%(asked)s::text[], %(changed)s::text[]) AS change (asked, word)
JOIN catalog_searchword AS used ON used.word = change.word {scope}
WHERE NOT EXISTS (SELECT FROM catalog_searchword AS used WHERE used.word = change.asked {scope})
"""


def corrected(query: Query, scopes: list[int] | None) -> Query | None:
    """The question with its misspelt words replaced, or ``None`` when there is nothing better; one query.

    The caller searches with it before it shows it: only what finds something the reader may see is a correction.
    """
    words = [word for word in query.words if len(word) >= _LETTERS_AT_LEAST and not word.isdigit()]
    if not words or query.paths:
        return None
    candidates = _candidates(words, scopes)
    if not candidates or len(candidates) > _CORRECTED_AT_MOST:
        return None
    nearest = {asked: _nearest(asked, used) for asked, used in candidates.items()}
    nearest = {asked: word for asked, word in nearest.items() if distance(asked, word) <= max(2, len(asked) // 3)}
    if not nearest:
        return None
    text = " ".join(nearest.get(word, word) for word in query.words)
    better = parse(text)
    return replace(better, qualifiers=query.qualifiers, method=query.method)


def _candidates(words: list[str], scopes: list[int] | None) -> dict[str, list[str]]:
    changes = [(word, changed) for word in words if len(word) <= _SHORT for changed in _one_change_away(word)]
    sql = _NEAR.format(scope="" if scopes is None else "AND used.scope = ANY(%(scopes)s::bigint[])")
    parameters = {
        "words": words,
        "scopes": scopes,
        "asked": [word for word, _ in changes],
        "changed": [changed for _, changed in changes],
    }
    candidates: dict[str, list[str]] = {}
    for asked, used in rows_of(sql, parameters):
        candidates.setdefault(asked, []).append(used)
    return candidates


def _nearest(asked: str, used: list[str]) -> str:
    """Fewest changes, then the same first letter, then the order of the database."""
    return min(used, key=lambda word: (distance(asked, word), word[0] != asked[0], used.index(word)))


def _one_change_away(word: str) -> set[str]:
    splits = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    swapped = {a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1}
    deleted = {a + b[1:] for a, b in splits if b}
    replaced = {a + letter + b[1:] for a, b in splits if b for letter in ascii_lowercase}
    inserted = {a + letter + b for a, b in splits for letter in ascii_lowercase}
    return swapped | deleted | replaced | inserted


def distance(one: str, other: str) -> int:
    """Letters to insert, delete, replace or swap with their neighbour to make one word the other (OSA)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, above, row = row, before, [i] + [0] * len(other)
        for j, wanted in enumerate(other, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                row[j] = min(row[j], above[j - 2] + 1)
    return row[-1]
