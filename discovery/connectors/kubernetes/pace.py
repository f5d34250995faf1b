"""How long a watch waits for what."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Every duration of a watch, in seconds.

    With these, what a cluster did during an outage of a minute is known some ten seconds after its end: the longest
    pause between two attempts and the time that lists take stay well below that.
    """

    sign: float = 1.0
    """Between two signs of life."""
    window: float = 0.1
    """Changes that arrive within it are told together; it grows with what the listener needs for them."""
    window_at_most: float = 1.0
    watch: float = 300.0
    """After which the API server is asked to end a stream, so that none is dead for ever."""
    silence: float = 150.0
    """Without a line, where the server has sent bookmarks: they come about once a minute."""
    slack: float = 15.0
    """How much longer than ``watch`` nothing may be heard of a stream."""
    first_pause: float = 0.25
    pause_at_most: float = 2.0
    retry_after_at_most: float = 30.0
    spread: float = 0.5
    """Over which lists that became due at the same moment are spread."""
    patience: float = 90.0
    """For how long trouble with one stream is hidden before what it tells of counts as not known."""
    gap: float = 180.0
    """Before what is refused is asked for again."""
    refusal: float = 3.0
    """For how long a refusal must last to be believed: a server that starts may not know its rules yet."""
    mounted_refusal: float = 90.0
    """The same for a mounted token, which Kubernetes replaces some time after it has expired."""
    settle: float = 5.0
    """For how long streams that are about to open are waited for, before changes are told without them."""
    discovery: float = 60.0
    """Between two questions for what is installed."""
    list_at_most: float = 120.0
    """One list from its first page to its last."""

    def pause(self, failures: int, retry_after: float | None) -> float:
        """Before the next attempt: what the server asked for, or twice as long each time; never all at one moment."""
        if retry_after is not None:
            return min(retry_after, self.retry_after_at_most) * _between(1.0, 1.25)
        return min(self.first_pause * 2 ** min(failures, 10), self.pause_at_most) * _between(0.5, 1.0)

    def about(self, seconds: float) -> float:
        """Nearly so long, so that what began together does not go on together."""
        return seconds * _between(0.8, 1.0)

    def spread_out(self) -> float:
        return _between(0.0, self.spread)


def _between(low: float, high: float) -> float:
    return random.uniform(low, high)  # noqa: S311 - spreads load, hides nothing
