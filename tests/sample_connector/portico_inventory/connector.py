"""One service a line: its name, and words such as owner=cards or host=cards.example.com after it.

# the payments of the bank
cards owner=cards domain=payments version=2.4.1
ledger kind=legacy host=ledger.bank.example
"""

import re
import time
from collections.abc import Iterator

from discovery.connectors.base import (
    Checked,
    Claim,
    Complete,
    Endpoint,
    Exposure,
    Misconfigured,
    Observation,
    Parameter,
    Partial,
    Phase,
    Problem,
    Progress,
    Seen,
    Surroundings,
)

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_CLAIMED = ("owner", "domain", "system", "kind")
_KNOWN = (*_CLAIMED, "version", "host")


class InventoryConnector:
    """Reads a list that somebody keeps by hand."""

    kind = "inventory"
    title = "Text inventory"
    summary = "A list of services that somebody keeps by hand, one a line."
    icon = "list-details"
    version = "1.0"
    parameters = (
        Parameter(
            "services",
            "Services",
            kind="lines",
            at_most=100_000,
            help="One service a line: its name, then words such as owner=cards or host=cards.example.com.",
        ),
        Parameter(
            "keeper",
            "Kept by",
            required=False,
            default="",
            at_most=63,
            help="The team that keeps the list; it owns the services whose line names no owner.",
        ),
    )

    def check(self, surroundings: Surroundings) -> Checked:
        lines = _lines(surroundings)
        return Checked((f"The list has {len(lines)} services.",))

    def observe(self, surroundings: Surroundings) -> Iterator[Seen]:
        lines = _lines(surroundings)
        keeper = str(surroundings.configuration.get("keeper") or "")
        yield Phase("Read lines", len(lines))
        names: set[str] = set()
        is_whole = True
        for count, (number, line) in enumerate(lines, start=1):
            if time.monotonic() > surroundings.deadline:
                raise Partial(f"The time for this run ended after {count - 1} services.")
            name, *words = line.split()
            if not _NAME.fullmatch(name) or name in names:
                is_whole = False
                yield Problem(
                    "line-unclear", "The line begins with no name or with one that was there before.", line=number
                )
                continue
            names.add(name)
            yield _service(surroundings, name, words, keeper)
            yield Progress(count)
        if is_whole:
            yield Complete("Service")


def _lines(surroundings: Surroundings) -> list[tuple[int, str]]:
    """The lines that say something, with their numbers; raises Misconfigured."""
    given = surroundings.configuration.get("services") or ""
    lines = given.splitlines() if isinstance(given, str) else given
    numbered = [(number, line.strip()) for number, line in enumerate(lines, start=1)]
    found = [(number, line) for number, line in numbered if line and not line.startswith("#")]
    if not found:
        raise Misconfigured("The list is empty.", "Write one service a line.")
    return found


def _service(surroundings: Surroundings, name: str, words: list[str], keeper: str) -> Observation:
    pairs = (word.partition("=") for word in words)
    said = {key: value for key, _, value in pairs if key in _KNOWN and _NAME.fullmatch(value)}
    reasons = {field: f"{field}= in the list" for field in _CLAIMED}
    if keeper and "owner" not in said:
        said["owner"], reasons["owner"] = keeper, "the team that keeps the list"
    host = said.get("host", "")
    return Observation(
        key=f"{surroundings.source}/{name}",
        kind="Service",
        name=name,
        version=said.get("version", ""),
        exposure=Exposure("internet", (Endpoint(host, tls=True, by="the list"),)) if host else Exposure("inside"),
        claims=tuple(Claim(field, said[field], reasons[field]) for field in _CLAIMED if field in said),
        place=name,
    )
