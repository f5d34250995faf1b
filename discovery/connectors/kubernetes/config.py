"""What a source of a live cluster is told."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from discovery.connectors.base import Misconfigured, Parameter, Surroundings
from discovery.connectors.kubernetes.access import Access, checked_token, server_parts
from discovery.connectors.kubernetes.fetching_parameters import FETCHING_PARAMETERS
from discovery.connectors.kubernetes.kubeconfig import access_of
from discovery.connectors.objects.names import cluster_name, is_namespace, text_of

KUBECONFIG_BYTES_AT_MOST = 1024 * 1024
MOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
NAMESPACES_AT_MOST = 1000
ROOT_NAMESPACE = "istio-system"

PARAMETERS = (
    Parameter(
        "kubeconfig",
        "Kubeconfig",
        kind="upload",
        required=False,
        at_most=KUBECONFIG_BYTES_AT_MOST,
        help="A kubeconfig with everything inside: a token or a client certificate, no commands and no paths of files.",
    ),
    Parameter(
        "context",
        "Context",
        required=False,
        at_most=253,
        help="Which context of the kubeconfig to use. Without it the current one is used.",
    ),
    Parameter(
        "server",
        "API server",
        required=False,
        at_most=1000,
        help="Without a kubeconfig: the address of the API server, as https://host:port.",
    ),
    Parameter(
        "ca",
        "Certificate authority",
        kind="lines",
        required=False,
        at_most=200_000,
        help="With an address: the certificates in PEM that vouch for the server. Without them the machine's own do.",
    ),
    Parameter(
        "token",
        "Token",
        required=False,
        secret=True,
        shown_to="server",
        at_most=16_384,
        help="With an address: the token of a service account.",
    ),
    Parameter(
        "in_cluster",
        "The cluster that Portico runs in",
        kind="boolean",
        required=False,
        default=False,
        help="Use the service account of Portico's own pod instead of a kubeconfig or an address.",
    ),
    Parameter(
        "namespaces",
        "Namespaces",
        kind="lines",
        required=False,
        at_most=64_000,
        help="Needed when the identity may not list all namespaces; then only these are read. One a line.",
    ),
    Parameter(
        "cluster",
        "Cluster",
        required=False,
        at_most=100,
        help="The name of the cluster. Without it the source's own name is used.",
    ),
    Parameter(
        "root_namespace",
        "Root namespace of the mesh",
        required=False,
        at_most=63,
        help="Where Istio's settings for the whole mesh are. Without it istio-system.",
    ),
    *FETCHING_PARAMETERS,
)


@dataclass(frozen=True, slots=True)
class Config:
    """The checked configuration; ``namespaces`` is empty for all of them.

    ``root_namespace`` is that of the mesh («Global Mesh Options», istio.io/docs/reference/config/istio.mesh.v1alpha1).
    """

    access: Access
    cluster: str
    namespaces: tuple[str, ...]
    root_namespace: str = ROOT_NAMESPACE


def read_config(surroundings: Surroundings) -> Config:
    """The configuration of a source; raises Misconfigured."""
    given = surroundings.configuration
    cluster = cluster_name(given.get("cluster"), surroundings.source)
    names = tuple(sorted({text_of(name) for name in _lines(given.get("namespaces"))} - {""}))
    if len(names) > NAMESPACES_AT_MOST or not all(map(is_namespace, names)):
        raise Misconfigured(
            "A line of the namespaces is not the name of one, or there are too many.",
            f"Write one a line, up to {NAMESPACES_AT_MOST:,}.",
        )
    root = text_of(given.get("root_namespace")) or ROOT_NAMESPACE
    if not is_namespace(root):
        raise Misconfigured(
            "The root namespace of the mesh is not the name of one.", "Without it istio-system is used."
        )
    return Config(_access(surroundings), cluster, names, root)


def _access(surroundings: Surroundings) -> Access:
    given = surroundings.configuration
    upload, server = text_of(given.get("kubeconfig")), text_of(given.get("server"))
    in_cluster = given.get("in_cluster") is True
    if [bool(upload), bool(server), in_cluster].count(True) != 1:
        raise Misconfigured(
            "It is not clear which cluster to read.",
            "Give exactly one: a kubeconfig, the address of an API server, or the cluster that Portico runs in.",
        )
    if upload:
        return access_of(_read_upload(upload), text_of(given.get("context")))
    if in_cluster:
        return _mounted()
    host, port, prefix = server_parts(server, "The address of the API server")
    token = checked_token(text_of(given.get("token")), "The token")
    return Access(host, port, prefix, host, "\n".join(_lines(given.get("ca"))), read_token=lambda: token)


def _mounted() -> Access:
    """The service account that Kubernetes mounts into a pod; its token is read again whenever it is asked for."""
    host, port = os.environ.get("KUBERNETES_SERVICE_HOST", ""), os.environ.get("KUBERNETES_SERVICE_PORT", "443")
    path, ca = MOUNT / "token", MOUNT / "ca.crt"
    if not host or not path.is_file() or not ca.is_file():
        raise Misconfigured("Portico does not run in a pod with a service account.", "Give a kubeconfig instead.")
    literal = f"[{host}]" if ":" in host else host
    host, number, prefix = server_parts(f"https://{literal}:{port}", "KUBERNETES_SERVICE_HOST")

    def read_token() -> str:
        try:
            return checked_token(path.read_text(encoding="ascii"), "The token of the service account")
        except (OSError, UnicodeDecodeError):
            raise Misconfigured("The token of the service account cannot be read.", "Look at Portico's pod.") from None

    return Access(host, number, prefix, host, ca.read_text("utf-8"), read_token=read_token, is_mounted=True)


def _read_upload(path: str) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            content = file.read(KUBECONFIG_BYTES_AT_MOST + 1)
    except (OSError, ValueError):
        raise Misconfigured("The uploaded kubeconfig is not there any more.", "Upload it again.") from None
    if len(content) > KUBECONFIG_BYTES_AT_MOST:
        raise Misconfigured("The kubeconfig is too large.", f"Upload at most {KUBECONFIG_BYTES_AT_MOST:,} bytes.")
    return content


def _lines(value: object) -> Sequence[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else str(value or "").splitlines()
