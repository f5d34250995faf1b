"""The cluster's own certificate authority: the server's certificate, and those that clients sign in with."""

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import NameOID

from demo.cluster.access import AUTHENTICATED, Identity
from demo.cluster.kubeconfig import write

_LIFETIME = timedelta(days=3650)
_HOSTS = ("localhost", "kubernetes", "kubernetes.default.svc", "127.0.0.1")


# Python 3.13 refuses an authority that does not say what its key is for (RFC 5280 §4.2.1.3).
_SIGNS = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


class Authority:
    """Signs for one cluster; a new one has a new key, so nobody trusts it yet. ``kept`` is what ``keep`` returned.

    ``hosts`` are the names and addresses in the server's certificate.
    """

    def __init__(self, kept: bytes = b"", hosts: Sequence[str] = _HOSTS) -> None:
        self._hosts = hosts
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kubernetes")])
        if kept:
            self._key = cast(ec.EllipticCurvePrivateKey, load_pem_private_key(kept, None))
            self._certificate = x509.load_pem_x509_certificate(kept)
        else:
            self._key = ec.generate_private_key(ec.SECP256R1())
            self._certificate = self._signed(self._name, self._key, x509.BasicConstraints(True, 0), _SIGNS)

    def keep(self) -> bytes:
        """The certificate and its key, as PEM, to be the same authority another time."""
        return self.certificate + _private(self._key)

    @property
    def certificate(self) -> bytes:
        """What clients trust, as PEM."""
        return self._certificate.public_bytes(Encoding.PEM)

    def client(self, username: str, *groups: str) -> tuple[bytes, bytes]:
        """A certificate and its key, as PEM, for a user of these groups."""
        attributes = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in groups]
        name = x509.Name([*attributes, x509.NameAttribute(NameOID.COMMON_NAME, username)])
        return self._issued(name)

    def server_context(self) -> ssl.SSLContext:
        """For the server: a client may show a certificate of this authority, and need not.

        One that shows another's fails in the handshake; the real server answers it with 401.
        """
        alternatives = [_alternative(host) for host in self._hosts]
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kube-apiserver")])
        certificate, key = self._issued(name, x509.SubjectAlternativeName(alternatives))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=self.certificate.decode())
        context.verify_mode = ssl.CERT_OPTIONAL
        with TemporaryDirectory() as folder:
            path = Path(folder) / "server.pem"
            path.touch(0o600)
            path.write_bytes(certificate + key)
            context.load_cert_chain(path)
        return context

    def _issued(self, name: x509.Name, *extensions: x509.ExtensionType) -> tuple[bytes, bytes]:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._signed(name, key, *extensions)
        return certificate.public_bytes(Encoding.PEM), _private(key)

    def _signed(
        self, name: x509.Name, key: ec.EllipticCurvePrivateKey, *extensions: x509.ExtensionType
    ) -> x509.Certificate:
        start = datetime.now(UTC) - timedelta(minutes=5)
        builder = x509.CertificateBuilder(self._name, name, key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(start).not_valid_after(start + _LIFETIME)
        for extension in (*extensions, x509.SubjectKeyIdentifier.from_public_key(key.public_key())):
            builder = builder.add_extension(
                extension, critical=isinstance(extension, x509.BasicConstraints | x509.KeyUsage)
            )
        signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return builder.add_extension(signer, critical=False).sign(self._key, SHA256())


def _alternative(host: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host)


def kept_authority(config: Path) -> Authority:
    """The one kept beside a kubeconfig, so that what was made of an earlier kubeconfig still works; new at first."""
    kept = config.with_name(f"{config.name}.authority.pem")
    if kept.exists():
        return Authority(kept.read_bytes())
    authority = Authority()
    write(kept, authority.keep())
    return authority


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def certified(connection: ssl.SSLSocket) -> Identity | None:
    """Whom the certificate of the other end names; ``None`` when it showed none."""
    shown = connection.getpeercert()
    if not shown:
        return None
    subject = [pair for part in shown["subject"] for pair in part]
    names = [value for key, value in subject if key == "commonName"]
    groups = tuple(value for key, value in subject if key == "organizationName")
    return Identity(names[0], (*groups, AUTHENTICATED))
