"""What a source is told, checked against what its connector declares. Pure but for paths, which are only compared."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.errors import Invalid
from discovery.connectors.base import Parameter

_TRUE, _FALSE = frozenset({True, "true", "on", "1"}), frozenset({False, "false", "off", "0"})


@dataclass(frozen=True, slots=True)
class NewUpload:
    """A file on its way into a source: the name it had, and its bytes."""

    name: str
    content: bytes


class _Refused(Exception):
    """One sentence about one value."""


def checked_value(parameter: Parameter, value: Any, root: Path | None) -> Any:
    """The value as the connector will read it, ``None`` when there is none.

    ``root`` is the folder that folders lie below. Raises ``Invalid`` by ``configuration.<name>``.
    """
    if value is None or value == "" or value == []:
        return None
    try:
        return _CHECKS[parameter.kind](parameter, value, root)
    except _Refused as refused:
        raise Invalid({field_of(parameter): str(refused)}) from None


def field_of(parameter: Parameter) -> str:
    """The name under which errors of that parameter are told."""
    return f"configuration.{parameter.name}"


def _text(parameter: Parameter, value: Any, _root: Path | None) -> str | None:
    if not isinstance(value, str):
        raise _Refused("Use text.")
    if "\x00" in value:
        raise _Refused("This holds a NUL character.")
    # A secret is kept as it was given: spaces may be part of it.
    text = value if parameter.secret else value.strip()
    if len(text) > parameter.at_most:
        raise _Refused(f"Use at most {parameter.at_most:,} characters.")
    return text or None


def _lines(parameter: Parameter, value: Any, root: Path | None) -> list[str] | None:
    texts = value.splitlines() if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise _Refused("Use a list of texts.")
    lines = [line for text in texts for line in text.splitlines() if line.strip()]
    whole = _text(parameter, "\n".join(line.strip() for line in lines), root)
    return whole.split("\n") if whole else None


def _integer(parameter: Parameter, value: Any, _root: Path | None) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not (text.isascii() and text.isdigit() and len(text) < 20):
        raise _Refused("Use a whole number.")
    if int(text) > parameter.at_most:
        raise _Refused(f"Use at most {parameter.at_most}.")
    return int(text)


def _boolean(_parameter: Parameter, value: Any, _root: Path | None) -> bool:
    plain = value.lower() if isinstance(value, str) else value
    if isinstance(plain, bool | str) and plain in _TRUE | _FALSE:
        return plain in _TRUE
    raise _Refused("Use true or false.")


def _choice(parameter: Parameter, value: Any, _root: Path | None) -> str:
    if value not in parameter.choices:
        raise _Refused(f"Use one of {', '.join(parameter.choices)}.")
    return value


def _folder(parameter: Parameter, value: Any, root: Path | None) -> str | None:
    """A path below ``root``, relative to it. Whether it exists and what it links to is the connector's question."""
    if root is None:
        raise _Refused("No folder may be read here: set PORTICO_SOURCES_ROOT to the one that sources lie below.")
    text = _text(parameter, value, root)
    if text is None:
        return None
    base = os.path.normpath(root)
    place = os.path.normpath(os.path.join(base, text))  # noqa: PTH118 - Path would look at the disk to resolve ..
    if place != base and not place.startswith(base.rstrip(os.sep) + os.sep):
        raise _Refused(f"The folder must lie below {base}, the one that PORTICO_SOURCES_ROOT names.")
    return os.path.relpath(place, base)


def _upload(parameter: Parameter, value: Any, _root: Path | None) -> NewUpload:
    if not isinstance(value, NewUpload):
        raise _Refused("Send a file.")
    if not value.content:
        raise _Refused("The file is empty.")
    if len(value.content) > parameter.at_most:
        raise _Refused(f"The file has {len(value.content):,} bytes; at most {parameter.at_most:,} are accepted.")
    if "\x00" in value.name:
        raise _Refused("The name of the file holds a NUL character.")
    return value


_CHECKS: Mapping[str, Callable[[Parameter, Any, Path | None], Any]] = {
    "text": _text,
    "lines": _lines,
    "integer": _integer,
    "boolean": _boolean,
    "choice": _choice,
    "folder": _folder,
    "upload": _upload,
}
