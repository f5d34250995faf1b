"""Which versions a subscription opens: the one that was asked for, and later compatible ones. Pure.

Compatible is what SemVer promises (semver.org, 8): the same major version, or, before 1.0.0, the same minor version;
of names
that are no SemVer only the very version.
"""

from catalog.versions import is_semver, sort_key, stable_part


def covers(subscribed: str, other: str) -> bool:
    """Whether who subscribed to version ``subscribed`` may call version ``other``."""
    if subscribed == other:
        return True
    if not (is_semver(subscribed) and is_semver(other)):
        return False
    return stable_part(subscribed) == stable_part(other) and sort_key(other) > sort_key(subscribed)
