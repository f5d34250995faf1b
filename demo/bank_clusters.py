"""The bank's two clusters on this machine: what each needs to be itself again, and the command that serves it.

A cluster is known by its kubeconfig below the data folder: address, authority and token are made once and kept, so that
a source made of it still works after a restart. Only this machine reaches the address.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from demo.cluster import kubeconfig
from demo.cluster.access import drawn_token, service_account
from demo.cluster.certificates import kept_authority
from demo.ports import free_port

FOLDER = Path(__file__).resolve().parent
# The shortest length of a Unix socket's address among the systems that Portico runs on, without its last zero.
_SOCKET_BYTES = 103


@dataclass(frozen=True, slots=True)
class BankCluster:
    """``name`` is that of its source, ``manifests`` the folder of what runs in it."""

    name: str
    manifests: str

    def kubeconfig(self, home: Path) -> Path:
        return _folder(home) / f"{self.name}.kubeconfig"

    def control(self, home: Path) -> Path:
        """The socket that takes commands while the cluster runs, by its shorter name seen from the folder above."""
        path = _folder(home) / f"{self.name}.socket"
        return min(path, Path(os.path.relpath(path, FOLDER.parent)), key=lambda one: len(str(one)))

    def port(self, home: Path) -> int:
        shown = yaml.safe_load(self.kubeconfig(home).read_bytes())["clusters"][0]["cluster"]
        return urlsplit(shown["server"]).port or 0


PRODUCTION = BankCluster("prod-eu-1", "production")
STAGING = BankCluster("stage-eu-1", "staging")
CLUSTERS = {cluster.name: cluster for cluster in (PRODUCTION, STAGING)}


def ensure_kubeconfig(home: Path, name: str) -> bytes:
    """What opens the cluster of that name, made when it is not there yet; for its owner alone."""
    path = CLUSTERS[name].kubeconfig(home)
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        authority = kept_authority(path)
        token = drawn_token(service_account("portico", "reader"))
        written = kubeconfig.kubeconfig(name, f"https://127.0.0.1:{free_port()}", authority.certificate, token=token)
        kubeconfig.write(path, written.encode())
    return path.read_bytes()


def present(home: Path) -> Iterator[BankCluster]:
    """The clusters that sources were made of."""
    return (cluster for cluster in CLUSTERS.values() if cluster.kubeconfig(home).exists())


def command(home: Path, cluster: BankCluster) -> list[str]:
    """What serves the cluster until it is told to end; to be started in the folder above this one."""
    words = [sys.executable, "-m", "demo.cluster", "--name", cluster.name, "--port", str(cluster.port(home))]
    words += [
        "--kubeconfig",
        str(cluster.kubeconfig(home)),
        "--manifests",
        str(FOLDER / "clusters" / cluster.manifests),
    ]
    words += ["--specifications", str(FOLDER / "specifications"), "--grant-proxy"]
    control = str(cluster.control(home))
    return words + (["--control", control] if len(os.fsencode(control)) <= _SOCKET_BYTES else [])


def _folder(home: Path) -> Path:
    return home / "clusters"
