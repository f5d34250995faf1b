"""The address of a question taken apart, strictly: what is not plainly http or https is none. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

LONGEST = 4_000
_HOST = re.compile(r"[A-Za-z0-9._:-]{1,253}")
_PORTS = {"http": 80, "https": 443}
_UNSEEN = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True, slots=True)
class Place:
    """One address: ``host`` as the name is asked for, ``target`` as the request line carries it."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def shown(self) -> str:
        """The address without its query, which may hold a secret."""
        return self.url.partition("?")[0]


def place_of(url: str) -> Place | None:
    """The address, ``None`` when it is not one that is asked: other schemes, credentials, hidden characters."""
    if len(url) > LONGEST or _UNSEEN.search(url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii").lower()
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in _PORTS or parts.username is not None or port == 0 or not _HOST.fullmatch(host):
        return None
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/?%:@!$&'()*+,;=~-._[]")
    target = path if path.startswith("/") else f"/{path}"
    return Place(parts.scheme, host, port or _PORTS[parts.scheme], f"{target}?{query}" if query else target)


def redirected(place: Place, location: str) -> Place | None:
    """Where a Location header leads from there (RFC 9110, 10.2.2)."""
    try:
        return place_of(urljoin(place.url, location.strip()))
    except ValueError:
        return None
