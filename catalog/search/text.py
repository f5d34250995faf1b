"""Reads what was typed into the search box: words, phrases, qualifiers, a method and a path. Pure.

Whatever is typed can be read: what has no meaning is left out, and what is too long is cut.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import chain, combinations, islice

CHARACTERS_AT_MOST = 400
WORDS_AT_MOST = 12
WHOLE_WORD_AT_LEAST = 4
PATH_GUESSES_AT_MOST = 24

QUALIFIERS = ("owner", "domain", "system", "tag", "kind", "lifecycle", "format", "environment")
METHODS = frozenset({"get", "head", "post", "put", "patch", "delete", "options", "trace", "query"})

_LOWER_TO_UPPER = re.compile(r"([a-z0-9])([A-Z])")
_ACRONYM = re.compile(r"([A-Z])([A-Z][a-z])")
_NOT_WORD = re.compile(r"[\W_]+")
_PIECE = re.compile(
    r'(?P<name>[a-z]+):(?:"(?P<quoted>[^"]*)"|(?P<value>[^\s"]+))|"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+)'
)
_PARAMETER = re.compile(r"\{[^}]*\}?|:[A-Za-z_]\w*|<[^>]*>?")
_HOST = re.compile(r"^[a-z]+://[^/]+")
_VERSION = re.compile(r"v\d+(\.\d+)*")
_LOOKS_LIKE_VALUE = re.compile(r"\d|^[0-9a-f-]{16,}$|@")


@dataclass(frozen=True, slots=True)
class Query:
    """``words`` are all words, those of phrases too; the last may be unfinished when ``open_ended``.

    ``keys`` are the whole question in the forms a title, a name or an operation id may have. ``paths`` is a path
    as written and with its apparent values as parameters, parameter names left out; ``guessed_paths`` takes more of
    its segments as values, fewest guesses first; with ``only_path`` nothing else of an operation is asked for.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    qualifiers: tuple[tuple[str, str], ...] = ()
    keys: tuple[str, ...] = ()
    method: str = ""
    paths: tuple[str, ...] = ()
    guessed_paths: tuple[str, ...] = ()
    open_ended: bool = False
    only_path: bool = False
    text: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.keys or self.method or self.paths)


def readings(query: Query) -> tuple[Query, ...]:
    """The question in the ways it may be read, the next for when one finds nothing.

    The beginning of a word is many words, and dear to look up; what is short is hardly ever a whole word. Dearer yet
    are the words of a path, each of which is in many operations and all of which are in few.
    """
    if not query.open_ended or not query.words or len(query.words[-1]) < WHOLE_WORD_AT_LEAST:
        ways: tuple[Query, ...] = (query,)
    else:
        ways = (replace(query, open_ended=False), query)
    named = [segment for path in query.paths[:1] for segment in path.split("/") if segment != "{}"]
    return (replace(query, open_ended=False, only_path=True), *ways) if len(named) > 1 else ways


def split_words(text: str) -> list[str]:
    """Lower-case words; camelCase, snake_case and kebab-case come apart. Agrees with the SQL function search_words."""
    spaced = _ACRONYM.sub(r"\1 \2", _LOWER_TO_UPPER.sub(r"\1 \2", _without_accents(text)))
    return _NOT_WORD.sub(" ", spaced).lower().split()


def parse(q: str) -> Query:
    """Read a question."""
    text = " ".join(_printable(q[:CHARACTERS_AT_MOST]).split())
    qualifiers: list[tuple[str, str]] = []
    phrases: list[tuple[str, ...]] = []
    words: list[str] = []
    plain: list[str] = []
    for piece in _PIECE.finditer(text):
        if piece["name"] in QUALIFIERS:
            qualifiers.append((piece["name"], (piece["quoted"] or piece["value"] or "").lower()))
            continue
        if piece["phrase"] is not None:
            phrase = tuple(split_words(piece["phrase"]))[:WORDS_AT_MOST]
            phrases += [phrase] if len(phrase) > 1 else []
            words += phrase
        plain.append(piece["phrase"] if piece["phrase"] is not None else piece.group(0))
        words += split_words(piece.group(0)) if piece["phrase"] is None else ()
    method, path, words = _request_line(plain, words)
    paths, guessed_paths = _path_readings(path)
    return Query(
        words=tuple(dict.fromkeys(words[:WORDS_AT_MOST])),
        phrases=tuple(phrases[:4]),
        qualifiers=tuple(qualifiers),
        keys=_keys(" ".join(plain)),
        method=method,
        paths=paths,
        guessed_paths=guessed_paths,
        open_ended=bool(plain) and not text.endswith('"') and not q[:CHARACTERS_AT_MOST].endswith(" "),
        text=text,
    )


def _printable(text: str) -> str:
    return "".join(
        " " if unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"} else character for character in text
    )


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _keys(text: str) -> tuple[str, ...]:
    words = split_words(text)
    if not words:
        return ()
    return tuple(dict.fromkeys((text.lower(), " ".join(words), "".join(words))))


def _request_line(plain: list[str], words: list[str]) -> tuple[str, str, list[str]]:
    """The method, the path and the words without the method."""
    method = ""
    if plain and plain[0].lower() in METHODS and (plain[0].isupper() or (len(plain) > 1 and "/" in plain[1])):
        method, words, plain = plain[0].lower(), words[1:], plain[1:]
    return method, plain[0] if len(plain) == 1 and "/" in plain[0] else "", words


def _path_readings(path: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys the path may have: sure ones and guesses.

    At least one segment that names something stays as it was written: what is all parameters matches everything.
    """
    path = _HOST.sub("", path.lower()).partition("?")[0].strip("/")
    if not path:
        return (), ()
    segments = [_PARAMETER.sub("{}", segment) for segment in path.split("/")[:12]]
    names = [i for i, segment in enumerate(segments) if segment != "{}" and not _VERSION.fullmatch(segment)]
    values = {i for i in names if _LOOKS_LIKE_VALUE.search(segments[i])}
    unsure = [i for i in reversed(names) if i not in values]
    chosen = chain.from_iterable(combinations(unsure, size) for size in range(1, len(unsure)))
    guesses = [_filled(segments, values.union(some)) for some in islice(chosen, PATH_GUESSES_AT_MOST)]
    return tuple(dict.fromkeys(("/".join(segments), _filled(segments, values)))), tuple(guesses)


def _filled(segments: list[str], parameters: set[int]) -> str:
    return "/".join("{}" if i in parameters else segment for i, segment in enumerate(segments))
