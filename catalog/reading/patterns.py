"""A text that fits a simple regular expression, without running it.

Patterns of documents are never executed: a hostile one could take for ever. This reads the few things that patterns of
identifiers are made of (letters, classes, counts, optional groups) and says None for everything else.
"""

LENGTH_AT_MOST = 64
_CLASSES = {"d": "0", "w": "a", "s": " "}
_PLAIN_ESCAPES = frozenset("\\.-/+*?()[]{}^$|:@_ #&=,")


class _Unknown(Exception):
    """Something that this does not read."""


def fitting_text(pattern: str) -> str | None:
    """A text that the pattern describes, or None when it is not a simple one."""
    if len(pattern) > 200:
        return None
    try:
        text, end = _sequence(pattern.removeprefix("^"), 0)
    except (_Unknown, IndexError, ValueError):
        return None
    return text if end == len(pattern.removeprefix("^")) and len(text) <= LENGTH_AT_MOST else None


def _sequence(pattern: str, at: int) -> tuple[str, int]:
    """The text of the parts from `at` to the end or to a closing bracket; of alternatives the first."""
    text = ""
    while at < len(pattern) and pattern[at] not in ")|":
        if pattern[at] == "$" and at + 1 == len(pattern):
            return text, at + 1
        part, at = _part(pattern, at)
        count, at = _count(pattern, at)
        text += part * count
        if len(text) > LENGTH_AT_MOST:
            raise _Unknown
    if at < len(pattern) and pattern[at] == "|":
        _skipped, at = _sequence(pattern, at + 1)
    return text, at


def _part(pattern: str, at: int) -> tuple[str, int]:
    sign = pattern[at]
    if sign == "\\":
        return _escape(pattern[at + 1]), at + 2
    if sign == "[":
        return _class(pattern, at + 1)
    if sign == "(":
        start = at + 3 if pattern.startswith("(?:", at) else at + 1
        if pattern[start] == "?":
            raise _Unknown
        text, end = _sequence(pattern, start)
        if pattern[end] != ")":
            raise _Unknown
        return text, end + 1
    if sign in "^$*+?{}]":
        raise _Unknown
    return ("a" if sign == "." else sign), at + 1


def _escape(sign: str) -> str:
    if sign in _CLASSES:
        return _CLASSES[sign]
    if sign in _PLAIN_ESCAPES:
        return sign
    raise _Unknown


def _class(pattern: str, at: int) -> tuple[str, int]:
    """The first character that a class names; a class of what must not be is not read."""
    if pattern[at] == "^":
        raise _Unknown
    first = _escape(pattern[at + 1]) if pattern[at] == "\\" else pattern[at]
    end = at
    while pattern[end] != "]" or end == at:
        end += 2 if pattern[end] == "\\" else 1
    return first, end + 1


def _count(pattern: str, at: int) -> tuple[int, int]:
    """How often at least, and once where none is needed but some may be."""
    sign = pattern[at : at + 1]
    if sign == "{":
        end = pattern.index("}", at)
        return int(pattern[at + 1 : end].split(",")[0]), end + 1
    if sign and sign in "?*":
        return 0, at + 1
    return (1, at + 1) if sign == "+" else (1, at)
