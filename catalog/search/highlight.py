"""Marks the words of a text that a question asked for. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from catalog.search.text import Query, split_words
from catalog.search.values import Segments

#: A word of prose or a part of an identifier: creditScore has two.
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
_WORD = re.compile(r"[^\W_]+")
_ENDING_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class Highlighter:
    """Knows the words of one question with their stems; ``beginning`` is the word that may go on."""

    words: Mapping[str, tuple[str, ...]]
    beginning: str = ""

    def segments(self, text: str) -> Segments:
        """The text in pieces, neighbours of the same kind joined."""
        spans = self._spans(text) if self.words else []
        pieces: list[tuple[str, bool]] = []
        place = 0
        for start, end in spans:
            if start > place:
                pieces.append((text[place:start], False))
            pieces.append((text[start:end], True))
            place = end
        if place < len(text) or not pieces:
            pieces.append((text[place:], False))
        return tuple(pieces)

    def matches(self, text: str) -> bool:
        return bool(self.words) and bool(self._spans(text))

    def coverage(self, text: str) -> int:
        """How many of the asked words the text has."""
        parts = set(split_words(text))
        return sum(any(self._fits(part, word) for part in parts) for word in self.words)

    def _spans(self, text: str) -> list[tuple[int, int]]:
        spans: list[tuple[int, int]] = []
        for word in _WORD.finditer(text):
            if self._is_match(word.group().lower()):
                spans.append(word.span())
                continue
            parts = [part for part in _PART.finditer(word.group()) if self._is_match(part.group().lower())]
            for part in parts:
                start, end = word.start() + part.start(), word.start() + part.end()
                if spans and spans[-1][1] == start:
                    spans[-1] = (spans[-1][0], end)
                else:
                    spans.append((start, end))
        return spans

    def _is_match(self, part: str) -> bool:
        if not part.isascii():
            part = "".join(split_words(part))
        return any(self._fits(part, word) for word in self.words)

    def _fits(self, part: str, word: str) -> bool:
        if part == word or (word == self.beginning and part.startswith(word)):
            return True
        return any(_same_stem(part, stem) for stem in self.words[word])


def _same_stem(word: str, stem: str) -> bool:
    """Whether the word is the stem with an ending; English stems change a final y to i."""
    if word.startswith(stem):
        return len(word) - len(stem) <= _ENDING_AT_MOST and len(stem) > 2
    return stem.endswith("i") and word == f"{stem[:-1]}y"


def highlighter_of(query: Query, stems: Mapping[str, tuple[str, ...]]) -> Highlighter:
    """The highlighter of a question; words that are not indexed mark nothing."""
    unfinished = query.words[-1] if query.open_ended and query.words and len(query.words[-1]) > 1 else ""
    return Highlighter({word: stems[word] for word in query.words if stems[word]}, unfinished)
