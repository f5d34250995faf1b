"""Specifications that the applications serve of themselves, from files called ``<Service>-<version>.<suffix>``."""

from pathlib import Path
from typing import Any

from demo.cluster.cluster import Cluster

_VERSION = "app.kubernetes.io/version"
_TYPES = {".json": "application/json", ".yaml": "application/yaml"}
_SPEC_PATH = "portico.io/spec-path"
# What an application really serves, where that is not what its version says: ``kyc-3.1.0``.
_SERVES = "nordhaven.example/serves"


def offer(cluster: Cluster, folder: Path) -> int:
    """Each Service whose version has a file serves it at a well-known path; returns how many do."""
    with cluster.store.lock:
        services = [stored.body() for stored in cluster.store.collections["", "services"].objects.values()]
    for service in services:
        about, ports = service["metadata"], service["spec"].get("ports") or ()
        if any(port.get("name") == "https" for port in ports):
            cluster.applications.of(about["namespace"], about["name"]).speaks_tls = True
    return sum(_offer(cluster, folder, service["metadata"]) for service in services)


def _offer(cluster: Cluster, folder: Path, metadata: dict[str, Any]) -> bool:
    annotations = metadata.get("annotations") or {}
    stem = annotations.get(_SERVES) or f"{metadata['name']}-{(metadata.get('labels') or {}).get(_VERSION, '')}"
    for suffix, content_type in _TYPES.items():
        file = folder / f"{stem}{suffix}"
        if file.is_file():
            paths = [f"/openapi{suffix}", annotations.get(_SPEC_PATH)]
            for path in filter(None, paths):
                place = f"/{path.lstrip('/')}"
                cluster.applications.publish(
                    metadata["namespace"], metadata["name"], place, file.read_bytes(), content_type=content_type
                )
            return True
    return False
