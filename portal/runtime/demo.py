"""What the demo runs beside Portico: the bank's clusters, what stands behind its APIs, and who calls them."""

import sys
from pathlib import Path

from demo import bank_clusters
from demo.callers import keys
from demo.ports import is_free
from demo.upstreams import bank as upstreams
from portal import env


def commands(home: Path, gateway: str) -> dict[str, list[str]]:
    """Programs by name, when the demo has been loaded and is still wanted; callers only where there is a gateway."""
    if not env.boolean("PORTICO_DEMO", default=True):
        return {}
    found: dict[str, list[str]] = {}
    for cluster in bank_clusters.present(home):
        if _can_listen(cluster.port(home), f"cluster {cluster.name} is not served"):
            found[cluster.name] = bank_clusters.command(home, cluster)
    if upstreams.is_present(home) and _can_listen(upstreams.upstream_port(home), "APIs are not served"):
        found["upstreams"] = upstreams.command(home)
        if gateway and keys.read(home):
            found["callers"] = [sys.executable, "-m", "demo.callers", "--gateway", gateway, "--home", str(home)]
    return found


def ports(home: Path) -> list[int]:
    """Where the demo's clusters listen: no upstream of an API is there."""
    return [cluster.port(home) for cluster in bank_clusters.present(home)]


def _can_listen(port: int, otherwise: str) -> bool:
    if is_free(port):
        return True
    print(f"The demo's {otherwise}: its port {port} on this machine is taken.", file=sys.stderr)
    return False
