"""What is asked of a server that is not ours, and what came of it. Pure.

Nothing here holds what a server said in its own words but the answer itself: a ``Failure`` is a code and a sentence of
ours, so that neither a body nor anything secret gets into logs and pages by way of an error.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ssl import SSLContext
from types import MappingProxyType
from typing import Literal

from common.outbound import PUBLIC, Reach

Code = Literal[
    "not-an-address", "unknown-host", "not-allowed", "unreachable", "refused", "timeout", "certificate", "tls",
    "broken", "headers-too-large", "too-large", "encoding", "redirects", "downgrade", "busy", "sent-too-large",
]  # fmt: skip

#: What each code means, as people are told.
SENTENCES: Mapping[Code, str] = MappingProxyType(
    {
        "not-an-address": "This is not an http or https address that can be asked.",
        "unknown-host": "The host is not known.",
        "not-allowed": "The host has an address that is not called: private ones only where an administrator lists "
        "their network.",
        "unreachable": "No connection could be made.",
        "refused": "The connection was refused.",
        "timeout": "The answer did not come in time.",
        "certificate": "The certificate does not verify for this host.",
        "tls": "No secure connection could be made; the port may not speak TLS.",
        "broken": "The connection broke off, or what came is no HTTP.",
        "headers-too-large": "The headers of the answer are too large.",
        "too-large": "The answer is too large.",
        "encoding": "The answer is packed in a way that is not read.",
        "redirects": "The answer redirects too often, or to nowhere.",
        "downgrade": "The answer redirects from https to http.",
        "busy": "Too many requests to this host are under way.",
        "sent-too-large": "What was to be sent is too large.",
    }
)


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one answer with all its redirects. ``body_bytes`` counts what is unpacked, ``sent_bytes`` what is
    posted."""

    seconds: float = 15.0
    connect_seconds: float = 5.0
    body_bytes: int = 10_000_000
    header_bytes: int = 32_768
    redirects: int = 3
    sent_bytes: int = 1_000_000


USUAL = Limits()


@dataclass(frozen=True, slots=True)
class TLS:
    """What to believe and to show, and which name the certificate has to have."""

    context: SSLContext
    server_name: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for by GET, or where something is posted to.

    ``headers`` and the certificate authorities in ``ca`` (PEM, beside the machine's own) are for the origin of ``url``
    alone; ``reach`` too, and ``tls``, which stands for all that is believed and shown there. Whoever it redirects to
    gets only ``accept`` and ``conditions``, and has to be in ``reach_elsewhere``.
    """

    url: str
    accept: str = "*/*"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    conditions: Mapping[str, str] = field(default_factory=dict)
    ca: str = field(default="", repr=False)
    tls: TLS | None = field(default=None, repr=False)
    reach: Reach = PUBLIC
    reach_elsewhere: Reach = PUBLIC
    limits: Limits = USUAL


@dataclass(frozen=True, slots=True)
class Body:
    """What is posted."""

    content: bytes = field(repr=False)
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came, of whatever status: ``headers`` by their lower-case names, ``url`` where it came from in the end."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    url: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer."""

    code: Code

    @property
    def sentence(self) -> str:
        return SENTENCES[self.code]


class Failed(Exception):
    """A failure on its way out of the client."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.failure = Failure(code)
