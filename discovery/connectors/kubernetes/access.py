"""How an API server is reached and what is shown to it."""

import re
import ssl
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from discovery.connectors.base import Misconfigured

_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")
_SERVER_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,253}")
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")


@dataclass(frozen=True, slots=True)
class Access:
    """One API server and one identity. Texts of certificates and keys are PEM.

    ``read_token`` gives the token as it is now, empty when a certificate is shown instead; ``ca`` is empty when the
    machine's own certificate authorities are to be believed.
    """

    host: str
    port: int
    prefix: str
    server_name: str
    ca: str = field(default="", repr=False)
    certificate: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    read_token: Callable[[], str] = field(default=str, repr=False)
    is_mounted: bool = False

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def server_parts(server: str, where: str) -> tuple[str, int, str]:
    """Host, port and path of the address of an API server; raises Misconfigured."""
    try:
        parts = urlsplit(server)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        host, port, parts = "", 0, urlsplit("")
    if parts.scheme != "https" or not _SERVER_NAME.fullmatch(host):
        raise Misconfigured(f"{where} is not an address that begins with https://.", "Give it as https://host:port.")
    prefix = parts.path.rstrip("/")
    if parts.username is not None or parts.query or parts.fragment or not _PREFIX.fullmatch(prefix):
        raise Misconfigured(f"{where} holds more than host, port and path.", "Give it as https://host:port.")
    return host, port, prefix


def checked_token(text: str, where: str) -> str:
    """A bearer token as a header can carry it; raises Misconfigured."""
    token = text.strip()
    if not _TOKEN.fullmatch(token):
        raise Misconfigured(f"{where} is not a token: it is empty, too long or holds spaces.", "Paste it again.")
    return token


def checked_server_name(name: str, fallback: str, where: str) -> str:
    if name and not _SERVER_NAME.fullmatch(name):
        raise Misconfigured(f"{where} is not the name of a host.", "Give the name in the server's certificate.")
    return name or fallback


def tls_context(access: Access) -> ssl.SSLContext:
    """What verifies the server and shows the client's certificate; raises Misconfigured."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        if access.ca:
            context.load_verify_locations(cadata=access.ca)
        else:
            context.load_default_certs()
    except (ssl.SSLError, ValueError):
        raise Misconfigured(
            "The certificate authority is not a certificate in PEM.", "Paste it from -----BEGIN to END-----."
        ) from None
    if access.certificate:
        _show(context, access)
    return context


def _show(context: ssl.SSLContext, access: Access) -> None:
    """OpenSSL takes a client certificate from a file only; it is gone before the first request."""
    with tempfile.TemporaryDirectory(prefix="portico-") as folder:
        path = Path(folder) / "client.pem"
        path.touch(mode=0o600)
        path.write_text(f"{access.certificate}\n{access.key}\n", encoding="utf-8")
        try:
            # An empty password: OpenSSL would ask on the terminal for that of an encrypted key.
            context.load_cert_chain(path, password="")
        except (ssl.SSLError, ValueError, OSError):
            raise Misconfigured(
                "The client certificate and its key do not fit together or cannot be read.",
                "Give both in PEM, the key without a password.",
            ) from None
