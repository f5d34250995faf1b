"""What an API catalog at its well-known place links to (RFC 9727, a linkset of RFC 9264). Pure."""

from typing import Any
from urllib.parse import urljoin, urlsplit

import orjson

from discovery.connectors.paths import checked_path

LINKS_AT_MOST = 5
ENTRIES_AT_MOST = 100
_NOWHERE = "http://service.invalid"


def service_descriptions(body: bytes, origin: str, at: str) -> list[str]:
    """The paths of the «service-desc» links that stay at the service, at most five.

    ``origin`` is how addresses of the service begin, empty where that is not known: then only relative links count.
    ``at`` is the path of the catalog itself.
    """
    try:
        document = orjson.loads(body)
    except ValueError:
        return []
    entries = document.get("linkset") if isinstance(document, dict) else None
    paths: list[str] = []
    for entry in entries[:ENTRIES_AT_MOST] if isinstance(entries, list) else ():
        for href in _hrefs(entry):
            path = _path(href, origin or _NOWHERE, at)
            if path is not None and path not in paths:
                paths.append(path)
    return paths[:LINKS_AT_MOST]


def _hrefs(entry: Any) -> list[str]:
    links = entry.get("service-desc") if isinstance(entry, dict) else None
    found = (
        [link.get("href") for link in links[:ENTRIES_AT_MOST] if isinstance(link, dict)]
        if isinstance(links, list)
        else []
    )
    return [href for href in found if isinstance(href, str)]


def _path(href: str, origin: str, at: str) -> str | None:
    """The path of a link at the same scheme, host and port; ``None`` for every other."""
    try:
        parts, own = urlsplit(urljoin(origin + at, href)), urlsplit(origin)
    except ValueError:
        return None
    if (parts.scheme, parts.netloc.lower()) != (own.scheme, own.netloc.lower()):
        return None
    return checked_path(f"{parts.path}?{parts.query}" if parts.query else parts.path)
