"""Marks the words of a text that a question asked for. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog.search.text import Query, split_words
from catalog.search.values import Segments

#: A word of prose, and a part of one: creditScore has two.
_WORD = re.compile(r"[^\W_]+")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
#: How long an ending may be by the length of its stem: «map» has «mapping», «authent» has «authentication».
_ENDINGS = ((3, 4), (4, 6), (20, 7))
#: Endings before which a stem loses its final e: scoring has the stem of score.
_IN_PLACE_OF_E = frozenset({"ing", "ings", "ingly"})

_NO_WORDS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Marked:
    """A text in pieces, neighbours of the same kind joined, and which of the asked words it has."""

    segments: Segments
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Highlighter:
    """Knows the words of one question with their stems; ``beginning`` is the word that may go on.

    ``key`` is the question in lower case when it is one piece, as an identifier is, and ``is_identifier`` says that
    it has several words nevertheless; ``is_path`` says that a path was asked for. What it found out about a word of a
    text it remembers: the results of one page repeat themselves.
    """

    words: Mapping[str, tuple[str, ...]]
    beginning: str = ""
    key: str = ""
    is_identifier: bool = False
    is_path: bool = False
    _known: dict[str, str | None] = field(default_factory=dict)
    _near: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        """``_near`` finds the words that are worth a look: those with a beginning of an asked one in them."""
        forms = {form for word, stems in self.words.items() for form in (word, *(stem.rstrip("ei") for stem in stems))}
        near = "|".join(re.escape(form) for form in sorted(forms) if form)
        object.__setattr__(self, "_near", re.compile(rf"[^\W_]*(?:{near})[^\W_]*", re.IGNORECASE))

    def mark(self, text: str) -> Marked:
        if not self.words or not text:
            return unmarked(text)
        found: set[str] = set()
        spans: list[tuple[int, int]] = []
        for word in (self._near if text.isascii() else _WORD).finditer(text):
            asked = self._asked(word.group())
            if asked is not None:
                found.add(asked)
                spans.append(word.span())
            elif not word.group().islower():
                self._mark_parts(word, found, spans)
        return Marked(_segments(text, spans), frozenset(found)) if spans else unmarked(text)

    def is_key(self, name: str) -> bool:
        """Whether the whole question is this name, in any case."""
        return name.lower() == self.key != ""

    def begins_key(self, name: str) -> bool:
        """Whether it is this name or, while it may go on, the beginning of it."""
        return self.is_key(name) or (self.key == self.beginning != "" and name.lower().startswith(self.key))

    def _mark_parts(self, word: re.Match[str], found: set[str], spans: list[tuple[int, int]]) -> None:
        for part in _PART.finditer(word.group()):
            asked = self._asked(part.group())
            if asked is None:
                continue
            found.add(asked)
            start, end = word.start() + part.start(), word.start() + part.end()
            if spans and spans[-1][1] == start:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))

    def _asked(self, part: str) -> str | None:
        """The asked word that this word of a text is a form of."""
        try:
            return self._known[part]
        except KeyError:
            plain = part.lower() if part.isascii() else "".join(split_words(part))
            asked = next((word for word in self.words if self._is_form(plain, word)), None)
            self._known[part] = asked
            return asked

    def _is_form(self, part: str, word: str) -> bool:
        if part == word or (word == self.beginning and part.startswith(word)):
            return True
        return any(_has_stem(part, stem) for stem in self.words[word])


def unmarked(text: str) -> Marked:
    return Marked(((text, False),), _NO_WORDS)


def _segments(text: str, spans: list[tuple[int, int]]) -> Segments:
    pieces: list[tuple[str, bool]] = []
    place = 0
    for start, end in spans:
        if start > place:
            pieces.append((text[place:start], False))
        pieces.append((text[start:end], True))
        place = end
    if place < len(text):
        pieces.append((text[place:], False))
    return tuple(pieces)


def _has_stem(word: str, stem: str) -> bool:
    """Whether the word is the stem with an ending; English stems change a final y to i and may end with an e.

    The database's own stems would cost a query for the words of every text. Of the forms of words in the specifications
    this was tried with, it knows 99 in 100.
    """
    if word.startswith(stem):
        longest = next((ending for length, ending in _ENDINGS if len(stem) <= length), 0)
        return len(stem) > 2 and len(word) - len(stem) <= longest
    if stem.endswith("i"):
        return word in (f"{stem[:-1]}y", f"{stem[:-1]}ying")
    return stem.endswith("e") and word.startswith(stem[:-1]) and word[len(stem) - 1 :] in _IN_PLACE_OF_E


def highlighter_of(query: Query, stems: Mapping[str, tuple[str, ...]]) -> Highlighter:
    """The highlighter of a question; words that are not indexed mark nothing."""
    unfinished = query.words[-1] if query.open_ended and query.words and len(query.words[-1]) > 1 else ""
    key = query.keys[0] if query.keys and " " not in query.keys[0] else ""
    words = {word: stems[word] for word in query.words if stems[word]}
    is_identifier = bool(key) and len(query.words) > 1
    return Highlighter(words, unfinished, key, is_identifier=is_identifier, is_path=bool(query.paths))
