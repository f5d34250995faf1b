"""Puts the figures of one part of the bench in the place of those that docs/performance.md has of it."""

import re
from collections.abc import Iterable

_AIMS = "## Aims and misses"
_VERDICT = re.compile(r"- (?:Met|\*\*Missed\*\*): ([^,]*),.*")


def rewritten(document: str, aims: Iterable[str], section: str) -> str:
    """The document with these aims and this section; what it has not had yet goes to the end of its list, or of it."""
    parts = re.split(r"(?m)^(?=## )", document)
    heading = section.partition("\n")[0]
    parts = [_with_aims(part, aims) if part.startswith(_AIMS) else part for part in parts]
    places = [place for place, part in enumerate(parts) if part.partition("\n")[0] == heading]
    if places:
        parts[places[0]] = f"{section}\n\n"
    else:
        parts.append(f"\n{section}\n")
    return "".join(parts).rstrip("\n") + "\n"


def _with_aims(part: str, aims: Iterable[str]) -> str:
    lines = part.rstrip("\n").split("\n")
    for aim in aims:
        line = f"- {aim}"
        places = [place for place, before in enumerate(lines) if _name(before) == _name(line)]
        if places:
            lines[places[0]] = line
        else:
            lines.append(line)
    return "\n".join(lines) + "\n\n"


def _name(line: str) -> str | None:
    found = _VERDICT.fullmatch(line)
    return found[1] if found else None
