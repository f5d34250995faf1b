"""The path of a document at a service: what cannot lead anywhere else. Pure.

A path may end up below the path of an API server's service proxy, where a way upwards would lead to the cluster's own
objects with Portico's own credentials. So only plain characters are taken, nothing percent-encoded and no dots alone.
"""

import re

_PATH = re.compile(r"(?:/[A-Za-z0-9._~!$&'()*+,;=:@-]+)+/?")
_QUERY = re.compile(r"[A-Za-z0-9._~!$'()*,;:@/&=+-]*")
PATH_AT_MOST = 300


def checked_path(text: str) -> str | None:
    """The path, with its query if it has one; ``None`` when it is not plain."""
    path, question, query = text.strip().partition("?")
    path = path if path.startswith("/") else f"/{path}"
    if len(text) > PATH_AT_MOST or not _PATH.fullmatch(path) or not _QUERY.fullmatch(query):
        return None
    if any(segment in (".", "..") for segment in path.split("/")):
        return None
    return f"{path}{question}{query}"
