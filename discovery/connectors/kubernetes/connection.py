"""Connections to an API server: to the address its name means now, and to no other."""

import socket

import urllib3

from common.outbound import NotAllowed, resolved
from discovery.connectors.base import Misconfigured, Unreachable
from discovery.connectors.kubernetes.access import Access, tls_context

CONNECT_SECONDS = 5.0


def open_pool(access: Access) -> urllib3.HTTPSConnectionPool:
    """Connections to the one address that the host means now and that answers; no proxy of the environment counts."""
    context = tls_context(access)
    return urllib3.HTTPSConnectionPool(
        _answering(access),
        access.port,
        maxsize=1,
        block=True,
        ssl_context=context,
        server_hostname=access.server_name,
    )


def _answering(access: Access) -> str:
    try:
        addresses = resolved(access.host, access.port)
    except NotAllowed:
        raise Misconfigured(
            "The API server has an address that is never called: link-local, multicast or a cloud's metadata service.",
            "Give the address of the API server itself.",
        ) from None
    except (OSError, UnicodeError):
        raise Unreachable(
            "The host of the API server is not known.", "Check the name, or Portico's resolver."
        ) from None
    for address in addresses:
        try:
            socket.create_connection((address, access.port), CONNECT_SECONDS).close()
        except OSError:
            continue
        return address
    raise Unreachable("The API server does not answer.", "Check address, port and the firewalls between.")
