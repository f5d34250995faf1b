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


def write(path: Path, text: str) -> None:
    """The file is there for its owner alone, as whole as it was before."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.touch(0o600)
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def _encoded(pem: bytes) -> str:
    return base64.b64encode(pem).decode()
