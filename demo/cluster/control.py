"""Changes a cluster that runs in another process: a line of JSON over a Unix socket, a line of JSON back.

``{"do": "apply", "manifest": {…}}`` and so on; ``{"do": "help"}`` tells them all. Only the owner may open the socket.
"""

import socket
import socketserver
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from demo.cluster.cluster import UnknownKind
from demo.cluster.kinds import GATEWAY_API, ISTIO
from demo.cluster.manifests import load
from demo.cluster.objects import applied
from demo.cluster.server import Server

Command = dict[str, Any]
_ANSWER_SECONDS = 30.0
_SETS = {"istio": ISTIO, "gateway-api": GATEWAY_API}


def listen(server: Server, path: Path) -> None:
    """Commands are obeyed from now on, until the process ends."""
    path.unlink(missing_ok=True)

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            for line in self.rfile:
                self.wfile.write(orjson.dumps(obey(server, line)) + b"\n")

    listening = socketserver.ThreadingUnixStreamServer(str(path), Talk)
    path.chmod(0o600)
    listening.daemon_threads = True
    threading.Thread(target=listening.serve_forever, daemon=True).start()


def tell(path: Path, /, **command: Any) -> Any:
    """What the cluster at that socket answers; raises ``ValueError`` with its words when it refuses."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_ANSWER_SECONDS)
        connection.connect(str(path))
        connection.sendall(orjson.dumps(command) + b"\n")
        answer = orjson.loads(connection.makefile("rb").readline())
    if "error" in answer:
        raise ValueError(answer["error"])
    return answer["done"]


def obey(server: Server, line: bytes) -> dict[str, Any]:
    """``done`` with what the command returns, or ``error``."""
    try:
        command = orjson.loads(line)
        return {"done": _COMMANDS[command.pop("do")](server, command)}
    except (ValueError, KeyError, TypeError, AttributeError, UnknownKind) as error:
        return {"error": f"{type(error).__name__}: {error}"}


def _apply(server: Server, command: Command) -> str:
    return server.cluster.add(applied(command["manifest"]))["metadata"]["uid"]


def _delete(server: Server, command: Command) -> bool:
    return server.cluster.delete(command["kind"], command.get("namespace", ""), command["name"])


def _ready(server: Server, command: Command) -> int:
    """So many replicas of a workload are ready."""

    def change(body: dict[str, Any]) -> None:
        body["status"] |= {"readyReplicas": command["replicas"], "availableReplicas": command["replicas"]}

    server.cluster.modify(command["kind"], command["namespace"], command["name"], change)
    return command["replicas"]


def _slow(server: Server, command: Command) -> None:
    server.cluster.faults.delay_seconds = command["seconds"]


def _silence(server: Server, command: Command) -> None:
    server.cluster.faults.streams_are_silent = command.get("on", True)
    server.cluster.store.wake()


def _application(server: Server, command: Command) -> None:
    server.cluster.applications.of(command["namespace"], command["name"]).state = command["state"]


def _serve(server: Server, command: Command) -> None:
    """The application behind a Service answers at the path with this text."""
    content_type = command.get("content_type", "application/yaml")
    body = command["body"].encode()
    server.cluster.applications.publish(
        command["namespace"], command["name"], command["path"], body, content_type=content_type
    )


def _note(server: Server, command: Command) -> str:
    """What somebody wanted remembered for as long as the cluster runs; the text that was there before."""
    before, server.cluster.memo = server.cluster.memo, command.get("text", server.cluster.memo)
    return before


_COMMANDS: dict[str, Callable[[Server, Command], Any]] = {
    "help": lambda server, command: sorted(_COMMANDS),
    "apply": _apply,
    "delete": _delete,
    "ready": _ready,
    "forbid": lambda server, command: server.cluster.faults.forbid(**command),
    "permit": lambda server, command: server.cluster.faults.permit(**command),
    "throttle": lambda server, command: server.cluster.faults.throttle(**command),
    "slow": _slow,
    "silence": _silence,
    "cut": lambda server, command: server.cut_streams(),
    "restart": lambda server, command: server.restart(**command),
    "compact": lambda server, command: server.cluster.store.compact(),
    "install": lambda server, command: server.cluster.install(*_SETS[command["set"]]),
    "uninstall": lambda server, command: server.cluster.uninstall(*_SETS[command["set"]]),
    "unavailable": lambda server, command: server.cluster.make_unavailable(**command),
    "available": lambda server, command: server.cluster.make_available(**command),
    "application": _application,
    "serve": _serve,
    "load": lambda server, command: load(server.cluster, Path(command["folder"])),
    "note": _note,
    "names": lambda server, command: server.cluster.names(command["kind"]),
    "requests": lambda server, command: len(server.requests),
    "clear": lambda server, command: server.cluster.faults.clear(),
}
