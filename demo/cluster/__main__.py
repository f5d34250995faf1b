"""``python -m demo.cluster``: serves manifests as a cluster until it is told to end."""

import argparse
import signal
import threading
import time
from pathlib import Path

from demo.cluster import control, kubeconfig, manifests, specifications
from demo.cluster.access import PROXY
from demo.cluster.certificates import kept_authority
from demo.cluster.cluster import Cluster
from demo.cluster.kinds import GATEWAY_API, ISTIO
from demo.cluster.server import Server
from demo.cluster.synthetic import large_cluster, prepare


def main() -> None:
    given = _arguments()
    # Started again it must not know less than what somebody has already seen of it.
    first_version = int(time.time() * 1000)
    cluster = large_cluster(first_version=first_version) if given.large else Cluster(first_version=first_version)
    cluster.install(*GATEWAY_API, *ISTIO)
    if given.manifests:
        manifests.load(cluster, given.manifests)
    if given.specifications:
        specifications.offer(cluster, given.specifications)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    known = kubeconfig.known(given.kubeconfig)
    token = cluster.reader("portal", token=known)
    if given.large:
        prepare(cluster, token)
    if given.grant_proxy:
        cluster.access.grant("portal", PROXY)
    with Server(cluster, port=given.port, authority=kept_authority(given.kubeconfig)) as server:
        written = kubeconfig.kubeconfig(given.name, server.url, server.authority.certificate, token=token)
        kubeconfig.write(given.kubeconfig, written.encode())
        if given.admin_kubeconfig:
            _write_admins(server, given.name, given.admin_kubeconfig)
        if given.control:
            control.listen(server, given.control)
        ended.wait()


def _write_admins(server: Server, name: str, path: Path) -> None:
    token = server.cluster.administrator(token=kubeconfig.known(path))
    written = kubeconfig.kubeconfig(name, server.url, server.authority.certificate, token=token)
    kubeconfig.write(path, written.encode())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo.cluster", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--manifests", type=Path, help="a folder of YAML or JSON")
    parser.add_argument("--large", action="store_true", help="10,000 Services with all that goes with them")
    parser.add_argument("--kubeconfig", type=Path, required=True, help="the file to write; a token in it is kept")
    parser.add_argument("--admin-kubeconfig", type=Path, help="a file to write for somebody who may do everything")
    parser.add_argument("--name", default="demo", help="of the context in the kubeconfig")
    parser.add_argument("--specifications", type=Path, help="a folder of what the Services serve of themselves")
    parser.add_argument("--grant-proxy", action="store_true", help="the token also reaches the Services")
    parser.add_argument("--control", type=Path, help="a Unix socket that takes commands")
    return parser.parse_args()


if __name__ == "__main__":
    main()
