"""From a question to the conditions on search documents, as tsquery texts. Pure; the marks are in ``lexemes``."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from catalog.search import lexemes
from catalog.search.lexemes import either, every, lexeme
from catalog.search.text import Query

PREFIX_AT_LEAST = 2
IDENTIFIER_PREFIX_AT_LEAST = 4

#: What is asked when a question has no such part; no document holds this lexeme.
NOTHING = lexeme("nothing", "!")


@dataclass(frozen=True, slots=True)
class Terms:
    """``entry`` and ``operation`` say what matches at all, the others which kind of match it is and match no more.

    Each is the text of a tsquery, never empty. ``is_nothing`` means that no document can match.
    """

    entry: str
    operation: str
    key: str
    title: str
    operation_title: str
    field: str
    path: str
    path_part: str
    anywhere: str
    is_nothing: bool


def terms_of(query: Query, stems: Mapping[str, tuple[str, ...]], *, owners: bool) -> Terms:
    """The conditions for a question; ``stems`` has those of each of its words.

    ``owners`` says whether a word may also be one of the owner's title.
    """
    asked = [word for word in query.words if stems[word]]
    words = partial(_words, query, stems, asked)
    own, titled = words(""), words(lexemes.TITLE)
    key = either([lexeme(text, lexemes.KEY) for text in query.keys])
    field = either([lexeme(text, lexemes.FIELD) for text in query.keys])
    path = either([lexeme(path, lexemes.WHOLE_PATH) for path in query.paths])
    part = _path_parts(query)
    method = lexeme(query.method, lexemes.METHOD) if query.method else ""
    phrases = _phrases(query, stems)
    placed = [either(forms) for forms in zip(own, words(lexemes.OWNER), strict=True)] if owners else own
    entry = either([key, every([phrases, *placed])])
    words_there = "" if query.only_path else every([phrases, *_own_or_context(stems, asked, own)])
    whole = field if len(query.words) == 1 else ""
    operation = either([key, whole, every([method, either([path, part, words_there])])])
    return Terms(
        entry=entry or NOTHING,
        operation=operation or NOTHING,
        key=key or NOTHING,
        title=every([phrases, *titled]) if titled else NOTHING,
        operation_title=every([method, phrases, *titled]) if titled and not query.only_path else NOTHING,
        field=every([method, phrases, field]) if field else NOTHING,
        path=every([method, path]) if path else NOTHING,
        path_part=every([method, part]) if part else NOTHING,
        anywhere=either(own) or NOTHING,
        is_nothing=not (entry or operation),
    )


def _words(query: Query, stems: Mapping[str, tuple[str, ...]], asked: list[str], mark: str) -> list[str]:
    """One operand a word; the last also as the beginning of a longer word or identifier."""
    operands = []
    for word in asked:
        forms = [every([lexeme(stem, mark) for stem in stems[word]])]
        if query.open_ended and word == query.words[-1] and len(word) >= PREFIX_AT_LEAST:
            forms.append(lexeme(word, mark, prefix=True))
            if not mark and len(query.words) == 1 and len(word) >= IDENTIFIER_PREFIX_AT_LEAST:
                forms += [lexeme(word, identifier, prefix=True) for identifier in (lexemes.KEY, lexemes.FIELD)]
        operands.append(either(forms))
    return operands


def _own_or_context(stems: Mapping[str, tuple[str, ...]], asked: list[str], own: list[str]) -> list[str]:
    """Every word in the operation or in its API's title, and at least one in the operation itself."""
    if len(own) < 2:
        return own
    context = [
        either([mine, *(lexeme(stem, lexemes.CONTEXT) for stem in stems[word])])
        for mine, word in zip(own, asked, strict=True)
    ]
    return [*context, either(own)]


def _phrases(query: Query, stems: Mapping[str, tuple[str, ...]]) -> str:
    phrases = [[lexeme(stem) for word in phrase for stem in stems.get(word, ())] for phrase in query.phrases]
    return every(["(" + " <-> ".join(phrase) + ")" for phrase in phrases if phrase])


def _path_parts(query: Query) -> str:
    """Paths that hold the asked one from some segment on, are held by it behind a base path, or fit a guess."""
    readings = [*query.paths, *query.guessed_paths[:16]]
    longer = [lexeme(reading, lexemes.PATH, prefix=query.open_ended) for reading in readings]
    shorter = [lexeme(tail, lexemes.WHOLE_PATH) for reading in readings for tail in _tails(reading)]
    return either([*longer, *dict.fromkeys(shorter)])


def _tails(path: str) -> list[str]:
    """The path without its first one or two segments, while two and a name are left."""
    segments = path.split("/")
    tails = [segments[dropped:] for dropped in (1, 2) if len(segments) - dropped >= 2]
    return ["/".join(tail) for tail in tails if any(segment != "{}" for segment in tail)]
