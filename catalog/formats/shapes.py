"""Reading parts of a document that may have another shape than expected.

A meta-schema checks the place where a reference stands, not what it leads to, so a part can be anything. A
part of the wrong shape counts as absent.
"""

from typing import Any


def mapping(value: Any) -> dict[str, Any]:
    return value if type(value) is dict else {}


def sequence(value: Any) -> list[Any]:
    return value if type(value) is list else []


def text(value: Any) -> str:
    return value if type(value) is str else ""


def texts(value: Any) -> tuple[str, ...]:
    return tuple(item for item in sequence(value) if type(item) is str)


def flag(value: Any) -> bool:
    return value is True


def schema_or_none(value: Any) -> dict[str, Any] | bool | None:
    return value if type(value) is dict or type(value) is bool else None


def present(value: Any, *names: str) -> dict[str, Any]:
    """The named entries that an object has."""
    return {name: value[name] for name in names if name in value}
