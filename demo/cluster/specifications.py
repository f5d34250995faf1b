"""Specifications that the applications serve of themselves, from files called ``<Service>-<version>.<suffix>``."""

from pathlib import Path
from typing import Any

from demo.cluster.cluster import Cluster

_VERSION = "app.kubernetes.io/version"
_TYPES = {".json": "application/json", ".yaml": "application/yaml"}
_SPEC_PATH = "portico.io/spec-path"


def offer(cluster: Cluster, folder: Path) -> int:
    """Each Service whose version has a file serves it at a well-known path; returns how many do."""
    with cluster.store.lock:
        services = [stored.body()["metadata"] for stored in cluster.store.collections["", "services"].objects.values()]
    return sum(_offer(cluster, folder, metadata) for metadata in services)


def _offer(cluster: Cluster, folder: Path, metadata: dict[str, Any]) -> bool:
    stem = f"{metadata['name']}-{(metadata.get('labels') or {}).get(_VERSION, '')}"
    for suffix, content_type in _TYPES.items():
        file = folder / f"{stem}{suffix}"
        if file.is_file():
            paths = [f"/openapi{suffix}", (metadata.get("annotations") or {}).get(_SPEC_PATH)]
            for path in filter(None, paths):
                place = f"/{path.lstrip('/')}"
                cluster.applications.publish(
                    metadata["namespace"], metadata["name"], place, file.read_bytes(), content_type=content_type
                )
            return True
    return False
