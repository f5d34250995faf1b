"""Who gets which answer at which URL.

One ``Row`` says it for a URL name and a method: the status of each of the ten personas. ``Row`` takes the answer of
most and the exceptions; rows of discovery also say it for a token with that scope. Each room lists its rows in a
module of its own, named in ``ROOMS``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.personas import NAMES, OF_A_ROOM, Cast

DEAD = ("token_revoked", "token_expired")
TOKENS = ("token_read", "token_publish", *DEAD)
PEOPLE = ("viewer", "stranger", "member", "maintainer", "administrator")

Arguments = Callable[[Cast], Mapping[str, Any]]


@dataclass(frozen=True)
class Row:
    """The answers of ``method`` at the URL ``name``; ``body`` is sent as JSON to the API and as a form to pages."""

    name: str
    method: str
    answers: Mapping[str, int]
    kwargs: Arguments = lambda cast: {}
    body: Arguments = lambda cast: {}
    query: str = ""
    prepare: Callable[[Cast], object] = field(default=lambda cast: None)

    def __post_init__(self) -> None:
        assert set(NAMES) <= set(self.answers) <= {*NAMES, *OF_A_ROOM}, self

    @property
    def id(self) -> str:
        return f"{self.method} {self.name}"


def rest(most: int, **others: int) -> dict[str, int]:
    """The answers of a REST URL: ``most`` for those who are known, 401 for those who are not, but for ``others``."""
    return {name: most for name in NAMES} | {"anonymous": 401} | dict.fromkeys(DEAD, 401) | others


def public_rest(most: int, **others: int) -> dict[str, int]:
    """The answers of a REST URL that anybody may read; a token that has ended is refused all the same."""
    return {name: most for name in NAMES} | dict.fromkeys(DEAD, 401) | others


def page(most: int, **others: int) -> dict[str, int]:
    """The answers of a page: people get ``most``; tokens open no page, so they are sent to sign in like anybody."""
    return {name: most for name in PEOPLE} | dict.fromkeys(("anonymous", *TOKENS), 302) | others


def everybody(status: int) -> dict[str, int]:
    """The same answer for all."""
    return dict.fromkeys(NAMES, status)
