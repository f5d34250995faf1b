"""Ports on this machine that programs of the demo listen on, each drawn once and kept."""

import random
import socket
from pathlib import Path

# Below what systems hand out by themselves, so that nobody takes the port while its program is down.
_PORTS = range(20_000, 30_000)


def is_free(port: int) -> bool:
    """Whether a program can listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port that nobody listens on now."""
    tried = random.sample(_PORTS, 100)
    return next(port for port in tried if is_free(port))


def kept_port(note: Path) -> int:
    """The port that the file says, drawn and written when there is none yet."""
    if not note.exists():
        note.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        note.write_text(str(free_port()), encoding="ascii")
    return int(note.read_text(encoding="ascii"))
