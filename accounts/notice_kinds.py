"""What people and webhooks can be told of. Rooms above register their kinds when they are ready; no kind is a column's
choice, so that a new one needs no migration."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """``name`` is the event's name in webhooks (``access.requested``), ``title`` what people read in lists. Not every
    kind ``is_sent`` to webhooks."""

    name: str
    title: str
    is_sent: bool = True


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Make these kinds known, in this order."""
    _kinds.update({kind.name: kind for kind in kinds})


def all_kinds() -> tuple[Kind, ...]:
    return tuple(_kinds.values())


def sent_kinds() -> tuple[Kind, ...]:
    """Those that webhooks can be told of."""
    return tuple(kind for kind in _kinds.values() if kind.is_sent)


def title_of(name: str) -> str:
    """The kind's title; its name where a room of an earlier version knew it."""
    kind = _kinds.get(name)
    return kind.title if kind else name


#: Told when a webhook has been switched off because of what it answered.
WEBHOOK_DISABLED = "webhook.disabled"
#: Sent when somebody tries a webhook; nobody chooses it.
WEBHOOK_TEST = "webhook.test"

register(Kind(WEBHOOK_DISABLED, "A webhook was switched off", is_sent=False))
