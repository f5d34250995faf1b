"""Whether what a service answered is a specification: asked of the formats of the catalog, in their limited process."""

import re
from dataclasses import dataclass

from catalog.formats.base import ParsedSpecification, Refused
from catalog.formats.parsing import parse_specification
from catalog.usecases.publish_version import PARSERS, SpecificationRefused

_UNKNOWN = frozenset({"format-unknown", "not-an-object"})
#: A document that cannot be read to its end is still a specification when it says that it is one.
_SAYS_SO = re.compile(rb"""["']?(?:openapi|swagger)["']?\s*:""")
_HEAD = 4_096


@dataclass(frozen=True, slots=True)
class Read:
    """A specification without ``finding`` can be published; ``finding`` says what is wrong and where."""

    is_specification: bool
    finding: str = ""


NOTHING = Read(False)


def read(body: bytes, limit: int) -> Read:
    """What the body is; raises AllBusy and NotStarted."""
    head = body[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head or head.startswith(b"<"):
        return NOTHING
    parsed = parse_specification(body, limit=limit, size=PARSERS)
    if isinstance(parsed, ParsedSpecification):
        return Read(True)
    return Read(_is_meant(parsed, body[:_HEAD]), finding_of(parsed))


def finding_of(refused: Refused | SpecificationRefused) -> str:
    """The first finding with its place."""
    finding = refused.findings[0]
    places = [finding.pointer] if finding.pointer else []
    if finding.line is not None:
        places.append(f"line {finding.line}")
    return f"{finding.message} ({', '.join(places)})" if places else finding.message


def _is_meant(refused: Refused, head: bytes) -> bool:
    return refused.findings[0].rule not in _UNKNOWN and _SAYS_SO.search(head) is not None
