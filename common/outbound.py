"""Which addresses may be called. Pure but for the question to the resolver.

Names are resolved once and the answer is what gets called: a name that means another address a moment later leads
nowhere. Private ranges and loopback are allowed here; whoever calls an address that somebody without administration
rights chose has to refuse them too.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

#: Where clouds serve credentials to their machines, beside the link-local ranges (AWS, Alibaba, Azure, Oracle).
_METADATA = frozenset(
    ip_address(text) for text in ("fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "168.63.129.16", "192.0.0.192")
)
_NAT64 = ip_network("64:ff9b::/96")

Address = IPv4Address | IPv6Address


class NotAllowed(Exception):
    """A name means an address that is never called."""


def resolved(host: str, port: int) -> tuple[str, ...]:
    """The addresses of a host in the order to try them; raises OSError and ``NotAllowed``."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = tuple(dict.fromkeys(str(address[0]) for *_, address in found))
    if not addresses or not all(is_allowed(address) for address in addresses):
        raise NotAllowed
    return addresses


def is_allowed(text: str) -> bool:
    """Whether an address may be called: no link-local, metadata, multicast or unspecified one in any notation."""
    try:
        address = _plain(ip_address(text))
    except ValueError:
        return False
    if address in _METADATA or address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    return address.is_loopback or not address.is_reserved


def _plain(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, when it stands for one."""
    if address.version == 4:
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address in _NAT64:
        inner = IPv4Address(address.packed[-4:])
    return inner or address
