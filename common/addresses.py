"""From where a request came, as far as it can be known."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The address of the client, or ``None`` when the server was reached through a socket.

    Behind a proxy (``PORTICO_BEHIND_PROXY``) it is the last entry of ``X-Forwarded-For``: the one our own proxy wrote.
    Entries before it come from the client and could be anything.
    """
    candidate = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        candidate = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or candidate
    try:
        return str(ip_address(candidate))
    except ValueError:
        return None


def network_of(address: str | None) -> str:
    """What one subscriber usually has: the IPv4 address, or the /64 network of an IPv6 address; empty for none."""
    if address is None:
        return ""
    if ip_address(address).version == 4:
        return address
    return str(ip_network(f"{address}/64", strict=False))
