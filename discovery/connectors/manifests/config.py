"""What a source of manifests is told."""

import re
from dataclasses import dataclass

from discovery.connectors.base import Misconfigured, Parameter, Surroundings

UPLOAD_BYTES_AT_MOST = 50 * 1024 * 1024

_CLUSTER = re.compile(r"[^\s/\x00-\x1f\x7f](?:[^/\x00-\x1f\x7f]{0,98}[^\s/\x00-\x1f\x7f])?")
_NAMESPACE = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")

PARAMETERS = (
    Parameter(
        "folder",
        "Folder",
        kind="folder",
        required=False,
        help="A folder with YAML or JSON files, below the one that PORTICO_SOURCES_ROOT names. Read again in each run.",
    ),
    Parameter(
        "upload",
        "Upload",
        kind="upload",
        required=False,
        at_most=UPLOAD_BYTES_AT_MOST,
        help="A zip archive of manifests, or one YAML or JSON file. Give either a folder or an upload.",
    ),
    Parameter(
        "cluster",
        "Cluster",
        required=False,
        at_most=100,
        help="The name of the cluster these manifests are for. Without it the source's own name is used.",
    ),
    Parameter(
        "namespace",
        "Default namespace",
        required=False,
        default="default",
        at_most=63,
        help="The namespace of objects that name none.",
    ),
)


@dataclass(frozen=True, slots=True)
class Config:
    """The checked configuration; exactly one of ``folder`` and ``upload`` is not empty."""

    folder: str
    upload: str
    cluster: str
    namespace: str


def read_config(surroundings: Surroundings) -> Config:
    """The configuration of a source; raises Misconfigured."""
    given = surroundings.configuration
    folder, upload = _text(given.get("folder")), _text(given.get("upload"))
    if bool(folder) == bool(upload):
        raise Misconfigured(
            "Both a folder and an upload are given." if folder else "Neither a folder nor an upload is given.",
            "Give exactly one of the two.",
        )
    cluster = _text(given.get("cluster")) or surroundings.source.strip()
    if not _CLUSTER.fullmatch(cluster):
        raise Misconfigured("The name of the cluster cannot be used.", "Use up to 100 characters without a slash.")
    namespace = _text(given.get("namespace")) or "default"
    if not _NAMESPACE.fullmatch(namespace):
        raise Misconfigured(
            "The default namespace is not the name of a namespace.",
            "Use up to 63 lower-case letters, digits and hyphens.",
        )
    return Config(folder, upload, cluster, namespace)


def _text(value: object) -> str:
    return str(value).strip() if value is not None else ""
