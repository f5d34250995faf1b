"""String literals for values that a hostile document chose."""

import json
import re

# Characters that make code read differently than it runs (Unicode technical report 36): never raw in a literal.
_DECEIVING = re.compile("[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def literal(text: str) -> str:
    """A double-quoted literal that Python, JavaScript, Java and Go read alike.

    JSON's escapes are in all four, and a line break in it is `\\n`, so nothing ends the literal early.
    """
    return _DECEIVING.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))


def is_deceiving(text: str) -> bool:
    return _DECEIVING.search(text) is not None


def concatenation(parts: tuple[object, ...], variables: dict[object, str], plus: str = " + ") -> str:
    """The parts as one expression; each variable as the expression that reads it."""
    return plus.join(literal(part) if isinstance(part, str) else variables[part] for part in parts) or '""'
