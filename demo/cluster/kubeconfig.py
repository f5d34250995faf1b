"""Kubeconfigs with everything in them, the way a portal accepts them."""

import base64
from pathlib import Path

import yaml


def kubeconfig(
    name: str,
    url: str,
    authority: bytes,
    *,
    token: str = "",
    certificate: tuple[bytes, bytes] | None = None,
    namespace: str = "",
) -> str:
    """YAML with one context of that name: the authority, and a token or a client certificate with its key."""
    user: dict[str, str] = {"token": token} if token else {}
    if certificate is not None:
        user["client-certificate-data"], user["client-key-data"] = map(_encoded, certificate)
    context = {"cluster": name, "user": "portal"} | ({"namespace": namespace} if namespace else {})
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": {"server": url, "certificate-authority-data": _encoded(authority)}}],
        "users": [{"name": "portal", "user": user}],
        "contexts": [{"name": name, "context": context}],
        "current-context": name,
    }
    return yaml.safe_dump(config, sort_keys=False)


def known(path: Path) -> str:
    """The token in a kubeconfig of an earlier time; empty when there is none."""
    if not path.exists():
        return ""
    return yaml.safe_load(path.read_bytes())["users"][0]["user"].get("token", "")


def write(path: Path, content: bytes) -> None:
    """The file is there for its owner alone, and whole at any moment."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.touch(0o600)
    fresh.write_bytes(content)
    fresh.replace(path)


def _encoded(pem: bytes) -> str:
    return base64.b64encode(pem).decode()
