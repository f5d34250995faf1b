"""The order of version names: SemVer precedence (semver.org, 11) where the name parses, natural order elsewhere."""

import re

_SEMVER = re.compile(r"v?(\d{1,18})\.(\d{1,18})(?:\.(\d{1,18}))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?", re.ASCII)
_PARTS = re.compile(r"(\d+)", re.ASCII)
_RELEASE = "~"
_NAME = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z._+-]{0,98}[0-9A-Za-z])?", re.ASCII)

LATEST = "latest"
AUTO = "auto"
NAME_RULE = (
    "Use at most 100 letters, digits, dots, hyphens, underscores and plus signs; begin and end with a letter or digit. "
    f"“{AUTO}” and “{LATEST}” have a meaning of their own."
)


def is_version_name(name: str) -> bool:
    """Whether a version may be called so; ``latest`` and ``auto`` stand for others in URLs."""
    return _NAME.fullmatch(name) is not None and name not in {LATEST, AUTO}


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


def stable_part(name: str) -> str:
    """What two SemVer names share that promise to be compatible: the major version, before 1.0.0 the minor one too
    (semver.org, 4 and 8); the whole name where it is no SemVer."""
    match = _SEMVER.fullmatch(name)
    if match is None:
        return name
    major, minor = (part.lstrip("0") or "0" for part in match.groups()[:2])
    return major if major != "0" else f"0.{minor}"


def _padded(digits: str) -> str:
    plain = digits.lstrip("0") or "0"
    return f"{min(len(plain), 99):02d}{plain}"


def _prerelease(identifiers: str | None) -> str:
    if identifiers is None:
        return _RELEASE
    # Numeric identifiers sort below the others; a longer list sorts above its own beginning.
    keyed = (f"0{_padded(part)}" if part.isdigit() else f"1{part}" for part in identifiers.split("."))
    return "-" + "!".join(keyed)
