"""Which upstreams a route may have, judged when it is saved.

The agents decide in the end, with what they resolve where they stand; what can be known before is refused before. A
name that nobody here can resolve is left to them.
"""

import ipaddress
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import SplitResult, urlsplit

from common.errors import Invalid
from common.outbound import Reach, is_allowed, is_loopback, looked_up, networks_of
from gateway.models import Gateway

_RESOLVE_SECONDS = 2.0
_PORTS = {"http": 80, "https": 443}


def checked_upstream(text: str, gateways: Collection[Gateway]) -> str:
    """The address without a slash at its end; raises ``Invalid`` where a gateway may not call it."""
    url = text.strip().rstrip("/")
    parts, port = _parts(url)
    host = parts.hostname or ""
    for address in _addresses(host, port):
        for gateway in gateways:
            _refuse(address, port, gateway)
    return url


def _parts(url: str) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(url)
        port = parts.port if parts.port is not None else _PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise Invalid({"upstream": "Write an address such as https://orders.example.com/v1."}) from None
    if not parts.hostname or port == 0:
        raise Invalid({"upstream": "Write an address such as https://orders.example.com/v1."})
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise Invalid({"upstream": "Leave out user names, queries and fragments."})
    return parts, port


def _addresses(host: str, port: int) -> Collection[str]:
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    resolver = ThreadPoolExecutor(1, thread_name_prefix="upstream")
    try:
        return resolver.submit(looked_up, host, port).result(_RESOLVE_SECONDS)
    except (OSError, UnicodeError, TimeoutError):
        return ()
    finally:
        resolver.shutdown(wait=False)


def _refuse(address: str, port: int, gateway: Gateway) -> None:
    if not is_allowed(address):
        raise Invalid({"upstream": "Link-local, metadata and multicast addresses are never called."})
    if not Reach(networks_of(gateway.networks), takes_loopback=True).has(address):
        raise Invalid({"upstream": f"{address} is private, and no network of {gateway.title} has it."})
    if port in gateway.closed_ports and is_loopback(address):
        raise Invalid({"upstream": f"Port {port} is closed on {gateway.title}."})
