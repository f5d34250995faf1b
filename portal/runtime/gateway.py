"""The gateway that `make run` starts: an Envoy with its agent on this machine."""

import os
import socket
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from portal import env
from portal.runtime import control

ROOT = Path(__file__).resolve().parent.parent.parent
SLUG = "local"
TITLE = "Gateway on this machine"
#: Its upstreams may be on this machine, at any port but those that are closed.
NETWORKS = ("127.0.0.0/8", "::1/128")
#: The shortest length of a Unix socket's address among the systems that Portico runs on, without its last zero.
LONGEST_SOCKET = 103


@dataclass(frozen=True, slots=True)
class Place:
    """Where the gateway listens, and where callers reach it."""

    bind: str
    port: int
    url: str


def place() -> Place | None:
    """Where the gateway is to be, ``None`` when none is wanted: on the addresses on which the site listens."""
    if not env.boolean("PORTICO_GATEWAY", default=True):
        return None
    bind, port = env.text("PORTICO_BIND", "127.0.0.1"), env.integer("PORTICO_GATEWAY_PORT", 8080)
    host = urlsplit(env.text("PORTICO_URL")).hostname or "127.0.0.1"
    return Place(bind, port, f"http://{f'[{host}]' if ':' in host else host}:{port}")


def startable(home: Path) -> Place | None:
    """Where the gateway can be started; when it is wanted and cannot, standard error says why, and Portico goes on."""
    wanted = place()
    if wanted is None:
        return None
    sockets = len(os.fsencode(folder(home) / "agent.sock"))
    if sockets > LONGEST_SOCKET:
        _say(f"the path of {folder(home)} is {sockets - LONGEST_SOCKET} bytes too long for sockets. Set PORTICO_HOME")
        return None
    if not _is_free(wanted):
        _say(f"its port {wanted.port} is taken. Set PORTICO_GATEWAY_PORT")
        return None
    return wanted


def _say(why: str) -> None:
    print(f"The gateway is not started: {why} to another, or PORTICO_GATEWAY=off.", file=sys.stderr, flush=True)


def _is_free(wanted: Place) -> bool:
    family = socket.AF_INET6 if ":" in wanted.bind else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((wanted.bind, wanted.port))
        except OSError:
            return False
    return True


def folder(home: Path) -> Path:
    """What agent and Envoy keep."""
    return home / "gateway"


def token_file(home: Path) -> Path:
    """The token of the agent, for the owner of the data folder alone."""
    return folder(home) / "token"


def closed_ports(wanted: Place, database_url: str, others: Iterable[int]) -> list[int]:
    """Ports of this machine that no upstream may have: the site's, its agents', the gateway's own, the database's."""
    site = env.integer("PORT", 8000)
    database = urlsplit(database_url)
    # An address of a Unix socket has no host, and no port that anybody could reach.
    stored = [database.port or 5432] if database.hostname else []
    return sorted({site, wanted.port, *filter(None, [control.port(site)]), *stored, *others})


def command() -> list[str]:
    return [sys.executable, str(ROOT / "manage.py"), "gateway_run"]


def environment(home: Path, wanted: Place, bind: str, port: int) -> dict[str, str]:
    """What the gateway is told. Its agent asks the process for agents, or the site itself where there is none."""
    near = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(bind, bind)  # noqa: S104 - compared, not listened on
    apart = control.port(port)
    return {
        "PORTICO_GATEWAY_URL": f"http://127.0.0.1:{apart}" if apart else f"http://{near}:{port}",
        "PORTICO_GATEWAY_TOKEN_FILE": str(token_file(home)),
        "PORTICO_GATEWAY_HOME": str(folder(home)),
        "PORTICO_GATEWAY_PORT": str(wanted.port),
        "PORTICO_GATEWAY_BIND": wanted.bind,
    }
