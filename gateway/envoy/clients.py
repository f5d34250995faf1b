"""Who calls, in one value of fixed widths, so that Envoy can cut what it needs off the front without a script.

24 characters of limits, 20 of the subscription, 20 of the credential. The first part chooses the limits, the first two
are the bucket, the whole is what usage is counted by. Those without a key have the id of the route in place of a
subscription (they share one bucket a route) and no credential.
"""

import re
from dataclasses import dataclass

from gateway.values import Limits

_WINDOW_WIDTH = 8
_NO_LIMIT = "-" * _WINDOW_WIDTH
_MOST = 0xFFFFFFFF  # The tokens of an Envoy bucket are 32 bits.
_ID_WIDTH = 20
_NOBODY = "-" * _ID_WIDTH
_ID = re.compile(r"[a-z]{3}_[a-z0-9]{16}")
_ROUTE_PREFIX = "rte_"

#: How many characters of the value are the limits, and how many the limits with the subscription.
LIMITS_WIDTH = 3 * _WINDOW_WIDTH
BUCKET_WIDTH = LIMITS_WIDTH + _ID_WIDTH
_WIDTH = BUCKET_WIDTH + _ID_WIDTH

#: Seconds of the windows, in the order in which they stand in the text of limits.
WINDOWS = {"second": 1, "minute": 60, "hour": 3600}


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose a request was; both empty for those without a key."""

    subscription: str
    credential: str


NOBODY = Identity("", "")


def is_id(text: str) -> bool:
    """Whether it has the shape of a public id, without which the widths would not hold."""
    return _ID.fullmatch(text) is not None


def limits_text(limits: Limits, share: int) -> str:
    """The limits of one of ``share`` gateways, rounded up and at least 1 each, in 24 characters."""
    windows = (limits.per_second, limits.per_minute, limits.per_hour)
    return "".join(
        _NO_LIMIT if window is None else f"{_divided(window, share):0{_WINDOW_WIDTH}x}" for window in windows
    )


def _divided(number: int, share: int) -> int:
    return min(max(-(-number // max(share, 1)), 1), _MOST)


def windows_of(text: str) -> dict[str, int]:
    """The windows that a text of limits limits, with how many requests each."""
    parts = (text[start : start + _WINDOW_WIDTH] for start in range(0, LIMITS_WIDTH, _WINDOW_WIDTH))
    return {name: int(part, 16) for name, part in zip(WINDOWS, parts, strict=True) if part != _NO_LIMIT}


def client_of_key(limits: str, subscription: str, credential: str) -> str:
    """The value for a request with a key; ``limits`` as from ``limits_text``."""
    return f"{limits}{subscription}{credential}"


def client_without_key(limits: str, route: str) -> str:
    """The value for a request without a key on a route that lets those in."""
    return f"{limits}{route}{_NOBODY}"


def identity(client: str) -> Identity:
    """Whose a value is. A value cut off after the subscription says no credential; anything else is nobody."""
    subscription, credential = client[LIMITS_WIDTH:BUCKET_WIDTH], client[BUCKET_WIDTH:_WIDTH]
    if not is_id(subscription) or subscription.startswith(_ROUTE_PREFIX):
        return NOBODY
    return Identity(subscription, credential if is_id(credential) else "")
