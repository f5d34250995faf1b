"""``python -m demo.cluster``: serves a folder of manifests as a cluster until it is told to end."""

import argparse
import signal
import threading
from pathlib import Path

from demo.cluster import kubeconfig, manifests
from demo.cluster.cluster import Cluster
from demo.cluster.kinds import GATEWAY_API, ISTIO
from demo.cluster.server import Server


def main() -> None:
    given = _arguments()
    cluster = Cluster()
    cluster.install(*GATEWAY_API, *ISTIO)
    manifests.load(cluster, given.manifests)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with Server(cluster, port=given.port) as server:
        token = cluster.reader()
        written = kubeconfig.kubeconfig(given.name, server.url, server.authority.certificate, token=token)
        kubeconfig.write(given.kubeconfig, written)
        ended.wait()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo.cluster", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--manifests", type=Path, required=True, help="a folder of YAML or JSON")
    parser.add_argument("--kubeconfig", type=Path, required=True, help="the file to write, with authority and token")
    parser.add_argument("--name", default="demo", help="of the context in the kubeconfig")
    return parser.parse_args()


if __name__ == "__main__":
    main()
