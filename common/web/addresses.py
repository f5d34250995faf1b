"""Addresses that somebody sends: forms say where they came from, htmx says which page asks."""

from urllib.parse import SplitResult, urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

_NOTHING = SplitResult("", "", "", "", "")


def parts_of(url: str) -> SplitResult:
    """The parts of an address; all of them empty when it cannot be read."""
    try:
        return urlsplit(url)
    except ValueError:
        return _NOTHING


def path_here(request: HttpRequest, url: str) -> str:
    """Path and query of an address of this site; empty for any other."""
    if not url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = parts_of(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    # Without its host a path can be an address again: //elsewhere, and to browsers /\elsewhere.
    return path if path.isprintable() and url_has_allowed_host_and_scheme(path, None) else ""
