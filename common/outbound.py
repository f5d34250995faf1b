"""Which addresses may be called. Pure but for the question to the resolver.

Names are resolved once and the answer is what gets called: a name that means another address a moment later leads
nowhere. ``is_allowed`` is for addresses that an administrator gave: private ranges and loopback are allowed there.
``Reach`` is for addresses that came from anybody else: of those only the public ones, and the private ranges that an
administrator listed.
"""

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

#: Where clouds serve credentials to their machines, beside the link-local ranges (AWS, Alibaba, Azure, Oracle).
_METADATA = frozenset(
    ip_address(text) for text in ("fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "168.63.129.16", "192.0.0.192")
)
_NAT64 = ip_network("64:ff9b::/96")
#: Networks that translate to IPv4 by rules of their own (RFC 8215, RFC 4380): what is behind them cannot be told.
_TRANSLATED = (ip_network("64:ff9b:1::/48"), ip_network("2001::/32"))

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class NotAllowed(Exception):
    """A name means an address that is never called."""


class NotANetwork(ValueError):
    """A text is not a network; ``text`` says which."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True, slots=True)
class Reach:
    """The public addresses, and those of the private ``networks``. Loopback is in no reach, whatever is listed, unless
    ``takes_loopback``: then it is where it is listed.

    With ``is_administered`` an administrator wrote the address down: everything that ``is_allowed`` is in reach.
    """

    networks: tuple[Network, ...] = ()
    is_administered: bool = False
    takes_loopback: bool = False

    def has(self, text: str) -> bool:
        """Whether the address is in reach, in whatever notation it is written."""
        if self.is_administered or not is_allowed(text):
            return is_allowed(text)
        address = _plain(ip_address(text))
        if any(_within(address, one) for one in _TRANSLATED) or (address.is_loopback and not self.takes_loopback):
            return False
        # Site-local addresses (RFC 3879) are private, though the library counts them as global.
        is_site_local = address.version == 6 and address.is_site_local
        return (address.is_global and not is_site_local) or any(_within(address, one) for one in self.networks)

    def plus(self, networks: Iterable[Network]) -> "Reach":
        return Reach((*self.networks, *networks), self.is_administered, self.takes_loopback)


#: The public addresses alone.
PUBLIC = Reach()


def networks_of(texts: Iterable[str]) -> tuple[Network, ...]:
    """The networks that are written («10.0.0.0/8», «fd00::/8», one address); raises ``NotANetwork``."""
    networks = []
    for text in texts:
        try:
            networks.append(ip_network(text.strip(), strict=False))
        except ValueError:
            raise NotANetwork(text.strip()) from None
    return tuple(networks)


def resolved(host: str, port: int) -> tuple[str, ...]:
    """The addresses of a host in the order to try them; raises OSError and ``NotAllowed``."""
    addresses = looked_up(host, port)
    if not addresses or not all(is_allowed(address) for address in addresses):
        raise NotAllowed
    return addresses


def looked_up(host: str, port: int) -> tuple[str, ...]:
    """What the machine's resolver says, unjudged, once each and in its order; raises OSError and UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


def is_allowed(text: str) -> bool:
    """Whether an address may be called: no link-local, metadata, multicast or unspecified one in any notation."""
    try:
        address = _plain(ip_address(text))
    except ValueError:
        return False
    if address in _METADATA or address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    return address.is_loopback or not address.is_reserved


def is_loopback(text: str) -> bool:
    """Whether the address, in whatever notation, is one of the machine's that calls it, on its loopback."""
    return _plain(ip_address(text)).is_loopback


def is_of_this_machine(text: str) -> bool:
    """Whether the address, in whatever notation, is one at which this machine itself answers."""
    address = _plain(ip_address(text))
    if address.is_loopback:
        return True
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    # No packet is sent: only an address of one's own can be bound.
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((str(address), 0))
        except OSError:
            return False
    return True


def _within(address: Address, network: Network) -> bool:
    return address.version == network.version and address in network


def _plain(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, when it stands for one."""
    if address.version == 4:
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address in _NAT64:
        inner = IPv4Address(address.packed[-4:])
    return inner or address
