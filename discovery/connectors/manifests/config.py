"""What a source of manifests is told."""

from dataclasses import dataclass

from discovery.connectors.base import Misconfigured, Parameter, Surroundings
from discovery.connectors.objects.names import cluster_name, is_namespace, text_of

UPLOAD_BYTES_AT_MOST = 50 * 1024 * 1024

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
    folder, upload = text_of(given.get("folder")), text_of(given.get("upload"))
    if bool(folder) == bool(upload):
        raise Misconfigured(
            "Both a folder and an upload are given." if folder else "Neither a folder nor an upload is given.",
            "Give exactly one of the two.",
        )
    cluster = cluster_name(given.get("cluster"), surroundings.source)
    namespace = text_of(given.get("namespace")) or "default"
    if not is_namespace(namespace):
        raise Misconfigured(
            "The default namespace is not the name of a namespace.",
            "Use up to 63 lower-case letters, digits and hyphens.",
        )
    return Config(folder, upload, cluster, namespace)
