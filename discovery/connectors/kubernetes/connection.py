"""Connections to an API server: to the address its name means now, and to no other."""

import socket
import ssl
from collections.abc import Sequence

import urllib3
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError

from common.outbound import NotAllowed, resolved
from discovery.connectors.base import Misconfigured, Unreachable
from discovery.connectors.kubernetes.access import Access

CONNECT_SECONDS = 5.0


_KEEP_ALIVE = (
    (socket.SOL_SOCKET, "SO_KEEPALIVE", 1),
    (socket.IPPROTO_TCP, "TCP_KEEPIDLE", 30),
    (socket.IPPROTO_TCP, "TCP_KEEPINTVL", 10),
    (socket.IPPROTO_TCP, "TCP_KEEPCNT", 3),
)


def headers_for(access: Access, encoding: str = "gzip") -> dict[str, str]:
    """What every request says; the token is read anew each time. Raises Misconfigured."""
    headers = {
        "Host": access.authority,
        "Accept": "application/json",
        "Accept-Encoding": encoding,
        "User-Agent": "portico",
    }
    token = access.read_token()
    return headers | {"Authorization": f"Bearer {token}"} if token else headers


def open_pool(access: Access, context: ssl.SSLContext) -> urllib3.HTTPSConnectionPool:
    """Connections to the one address that the host means now and that answers; no proxy of the environment counts."""
    return urllib3.HTTPSConnectionPool(
        _answering(access),
        access.port,
        maxsize=1,
        block=True,
        ssl_context=context,
        server_hostname=access.server_name,
    )


def open_connection(access: Access, context: ssl.SSLContext) -> HTTPSConnection:
    """One connection that is to stay open for long, and whose other end is asked whether it is still there.

    Raises ConnectorError, and what a connection that does not come about raises.
    """
    options = [(level, getattr(socket, name), value) for level, name, value in _KEEP_ALIVE if hasattr(socket, name)]
    for address in _addresses(access):
        connection = HTTPSConnection(
            address,
            access.port,
            timeout=CONNECT_SECONDS,
            ssl_context=context,
            server_hostname=access.server_name,
            socket_options=[*HTTPSConnection.default_socket_options, *options],
        )
        try:
            connection.connect()
        except (HTTPError, OSError) as error:
            connection.close()
            if isinstance(error, ssl.SSLError):
                raise
            continue
        return connection
    raise Unreachable("The API server does not answer.", "Check address, port and the firewalls between.")


def _answering(access: Access) -> str:
    for address in _addresses(access):
        try:
            socket.create_connection((address, access.port), CONNECT_SECONDS).close()
        except OSError:
            continue
        return address
    raise Unreachable("The API server does not answer.", "Check address, port and the firewalls between.")


def _addresses(access: Access) -> Sequence[str]:
    """Every address that the host means now; raises Misconfigured when one of them is never called."""
    try:
        return resolved(access.host, access.port)
    except NotAllowed:
        raise Misconfigured(
            "The API server has an address that is never called: link-local, multicast or a cloud's metadata service.",
            "Give the address of the API server itself.",
        ) from None
    except (OSError, UnicodeError):
        raise Unreachable(
            "The host of the API server is not known.", "Check the name, or Portico's resolver."
        ) from None
