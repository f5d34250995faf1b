"""The process that gateways' agents talk to: the same application as the site, with room for those who wait.

An agent's question stays open until there is news. Pages have few threads, and none of them is to spare for that.
"""

import sys
from pathlib import Path

from portal import env

_THREADS = 32
#: What waits leaves threads for reports and usage.
ENVIRONMENT = {"PORTICO_GATEWAY_WAITERS": "24"}
_APART = 10_000
_LAST_PORT = 65_535


def port(of_the_site: int) -> int:
    """Where it listens on loopback; 0 for nowhere."""
    near = of_the_site + _APART
    return env.integer("PORTICO_CONTROL_PORT", near if near <= _LAST_PORT else of_the_site - _APART)


def command(of_the_site: int) -> list[str]:
    return [
        str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1",
        "--port", str(port(of_the_site)), "--workers", "1", "--blocking-threads", str(_THREADS),
        # So many threads are meant, and who waits at the end is cut off: neither is worth a warning each time.
        "--workers-kill-timeout", "3", "--no-ws", "--log-level", "error", "portal.wsgi:application",
    ]  # fmt: skip
