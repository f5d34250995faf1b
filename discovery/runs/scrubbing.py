"""Keeps a source's secrets out of what a connector says of its failures. Pure."""

import re
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterable
from urllib.parse import quote, quote_plus

HIDDEN = "[hidden]"
# Shorter ones would match by chance, and whatever is that short protects nothing.
_SHORTEST = 4


def scrubber(secrets: Iterable[str]) -> Callable[[str], str]:
    """A function that hides these secrets in a text, as they are and as addresses and headers write them."""
    forms: set[str] = set()
    for secret in secrets:
        if len(secret) < _SHORTEST:
            continue
        encoded = b64encode(secret.encode("utf-8", "replace")).decode()
        forms |= {secret, repr(secret)[1:-1], quote(secret, safe=""), quote(secret), quote_plus(secret), encoded}
        forms |= {line for line in secret.splitlines() if len(line) >= _SHORTEST}
    if not forms:
        return str
    pattern = re.compile("|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True)))
    return lambda text: pattern.sub(HIDDEN, text)


def place_of(error: BaseException) -> str:
    """File and line where it was raised: all that a log may say of a foreign failure beside its type."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{place.filename}:{place.lineno}"
