"""A server that costs as little as one can: nginx (Debian's package) that says 200 to everything."""

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_WAIT_SECONDS = 10
_CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    keepalive_requests 100000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{ default_type application/json; return 200 '{{"score": 712}}'; }}
    }}
}}
"""


@contextmanager
def answering(folder: Path, port: int) -> Iterator[None]:
    """It answers on that port of this machine inside the block."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    if not Path(program).exists():
        raise SystemExit(
            "Measuring a gateway needs nginx behind it: install it (Debian: `apt-get install nginx-light`)."
        )
    configuration = folder / "nginx.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder, port=port), encoding="utf-8")
    server = subprocess.Popen([program, "-p", str(folder), "-c", str(configuration)])
    try:
        wait_for(port)
        yield
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=_WAIT_SECONDS)


def wait_for(port: int, seconds: float = _WAIT_SECONDS) -> None:
    """Something listens on that port of this machine, or the measurement ends."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"Nothing listens on port {port} after {seconds:.0f} s.")
