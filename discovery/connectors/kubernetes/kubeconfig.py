"""From an uploaded kubeconfig to the access it describes.

The file is somebody else's: a kubeconfig may run commands, read files and send requests elsewhere. Nothing of that is
done; what would be needed for it is refused with its place. Only the chosen context is looked at.
"""

import base64
import binascii
from typing import Any

from catalog.formats.documents import Part
from catalog.formats.shapes import mapping, sequence, text
from catalog.formats.yaml_documents import yaml_parts
from discovery.connectors.base import Misconfigured
from discovery.connectors.kubernetes.access import Access, checked_server_name, checked_token, server_parts

_RUNS = "Portico runs no commands. Use the token of a service account instead."
_FILE = "Portico reads no files that a kubeconfig names. Put the content inside: kubectl config view --flatten --raw."
_IMPERSONATES = "Portico acts as nobody else. Give the identity that is meant its own token."
_BASIC = "API servers take no passwords any more. Use a token or a client certificate."

_NAMES_AT_MOST, _NAME_AT_MOST = 20, 100

_REFUSED_OF_USERS = {
    "exec": _RUNS,
    "auth-provider": _RUNS,
    "tokenFile": _FILE,
    "client-certificate": _FILE,
    "client-key": _FILE,
    "as": _IMPERSONATES,
    "as-groups": _IMPERSONATES,
    "as-uid": _IMPERSONATES,
    "as-user-extra": _IMPERSONATES,
    "username": _BASIC,
    "password": _BASIC,
}
_REFUSED_OF_CLUSTERS = {
    "certificate-authority": _FILE,
    "insecure-skip-tls-verify": "Without that check a token goes to whoever answers. Give certificate-authority-data.",
    "proxy-url": "Portico calls API servers directly. Give an address that it can reach.",
}


def access_of(content: bytes, context: str) -> Access:
    """What the context of that name gives, or the file's current or only one; raises Misconfigured."""
    config = _loaded(content)
    chosen = _chosen(config, context)
    cluster, cluster_at = _entry(config, "clusters", text(chosen.get("cluster")), "cluster")
    user, user_at = _entry(config, "users", text(chosen.get("user")), "user")
    _refuse(cluster, _REFUSED_OF_CLUSTERS, cluster_at)
    _refuse(user, _REFUSED_OF_USERS, user_at)
    host, port, prefix = server_parts(text(cluster.get("server")), f"{cluster_at}.server")
    certificate = _decoded(user, "client-certificate-data", user_at)
    key = _decoded(user, "client-key-data", user_at)
    token = text(user.get("token"))
    if bool(certificate) != bool(key):
        raise Misconfigured(f"{user_at} has one of client-certificate-data and client-key-data.", "Give both.")
    if not certificate and not token:
        raise Misconfigured(f"{user_at} has neither a token nor a client certificate.", "Give one of the two.")
    token = checked_token(token, f"{user_at}.token") if token else ""
    return Access(
        host,
        port,
        prefix,
        server_name=checked_server_name(text(cluster.get("tls-server-name")), host, f"{cluster_at}.tls-server-name"),
        ca=_decoded(cluster, "certificate-authority-data", cluster_at),
        certificate=certificate,
        key=key,
        read_token=lambda: token,
    )


def _loaded(content: bytes) -> dict[str, Any]:
    """The document; raises Misconfigured. Parsers quote what they read, so nothing of theirs is passed on."""
    parts = list(yaml_parts(content))
    if len(parts) != 1 or not isinstance(parts[0], Part) or type(parts[0].value) is not dict:
        raise Misconfigured("The kubeconfig is not one object in YAML or JSON.", "Upload the file that kubectl uses.")
    config = parts[0].value
    if config.get("kind") != "Config":
        raise Misconfigured("The upload is not a kubeconfig: its kind is not Config.", "Upload the one of kubectl.")
    return config


def _chosen(config: dict[str, Any], wanted: str) -> dict[str, Any]:
    names = [text(mapping(entry).get("name")) for entry in sequence(config.get("contexts"))]
    name = wanted or text(config.get("current-context")) or (names[0] if len(names) == 1 else "")
    if not names:
        raise Misconfigured("The kubeconfig has no context.", "Upload the whole kubeconfig.")
    if not name:
        raise Misconfigured("The kubeconfig has several contexts and no current one.", f"Name one: {_spoken(names)}.")
    if name not in names:
        raise Misconfigured("The kubeconfig has no context of that name.", f"Name one that it has: {_spoken(names)}.")
    return _entry(config, "contexts", name, "context")[0]


def _spoken(names: list[str]) -> str:
    shown = [name[:_NAME_AT_MOST] for name in names[:_NAMES_AT_MOST] if name.isprintable()]
    return ", ".join(shown) + (f" and {len(names) - len(shown)} more" if len(names) > len(shown) else "")


def _entry(config: dict[str, Any], section: str, name: str, inner: str) -> tuple[dict[str, Any], str]:
    """The entry of that name with its path in the document; raises Misconfigured."""
    for index, item in enumerate(sequence(config.get(section))):
        if name and text(mapping(item).get("name")) == name:
            return mapping(mapping(item).get(inner)), f"{section}[{index}].{inner}"
    raise Misconfigured(f"The context names an entry that is not in {section}.", "Upload the whole kubeconfig.")


def _refuse(entry: dict[str, Any], refused: dict[str, str], where: str) -> None:
    """What is there but empty or false asks for nothing."""
    for name, reason in refused.items():
        if entry.get(name):
            raise Misconfigured(f"{where}.{name} is not accepted.", reason)


def _decoded(entry: dict[str, Any], name: str, where: str) -> str:
    value = text(entry.get(name))
    try:
        return base64.b64decode("".join(value.split()), validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        raise Misconfigured(f"{where}.{name} is not PEM in Base64.", "Upload the kubeconfig as it was.") from None
