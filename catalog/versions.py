"""The order of version names: SemVer precedence (semver.org, 11) where the name parses, natural order elsewhere."""

import re

_SEMVER = re.compile(r"v?(\d{1,18})\.(\d{1,18})(?:\.(\d{1,18}))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?", re.ASCII)
_PARTS = re.compile(r"(\d+)", re.ASCII)
_RELEASE = "~"


def sort_key(name: str) -> str:
    """A text that sorts as the version does, code point by code point; at most 600 characters.

    Names that are no SemVer sort below those that are, digits in them by value.
    """
    match = _SEMVER.fullmatch(name)
    if match is None:
        natural = "".join(_padded(part) if part.isdigit() else part for part in _PARTS.split(name))
        return f"0{natural}"[:600]
    major, minor, patch, prerelease = match.groups()
    numbers = ".".join(_padded(part or "0") for part in (major, minor, patch))
    return f"1{numbers}{_prerelease(prerelease)}"[:600]


def is_semver(name: str) -> bool:
    return _SEMVER.fullmatch(name) is not None


def _padded(digits: str) -> str:
    plain = digits.lstrip("0") or "0"
    return f"{min(len(plain), 99):02d}{plain}"


def _prerelease(identifiers: str | None) -> str:
    if identifiers is None:
        return _RELEASE
    # Numeric identifiers sort below the others; a longer list sorts above its own beginning.
    keyed = (f"0{_padded(part)}" if part.isdigit() else f"1{part}" for part in identifiers.split("."))
    return "-" + "!".join(keyed)
