"""How quick an upstream is, and when it fails: like software in use, and the same for the same number. Pure."""

from dataclasses import dataclass
from zlib import crc32

# One answer of so many is slow, one of so many fails; primes, so that they do not always meet.
_SLOW_EVERY = 61
_FAILS_EVERY = 149
_FAILURES = (503, 500, 502)


@dataclass(frozen=True, slots=True)
class Mood:
    """``failure`` is the status of an answer that goes wrong, 0 when it goes well."""

    seconds: float
    failure: int = 0


def mood(operation: str, number: int) -> Mood:
    """How the ``number``-th request of an upstream is answered; each operation has a pace of its own."""
    pace = 0.004 + crc32(operation.encode()) % 30 / 1000
    spread = crc32(f"{operation} {number}".encode()) % 100 / 100
    if number % _FAILS_EVERY == _FAILS_EVERY - 1:
        return Mood(pace, _FAILURES[number // _FAILS_EVERY % len(_FAILURES)])
    if number % _SLOW_EVERY == _SLOW_EVERY - 1:
        return Mood(0.4 + spread / 2)
    return Mood(pace * (0.7 + 0.6 * spread))
