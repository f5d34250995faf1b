"""`make run`: everything that Portico consists of, on this machine, until Ctrl-C.

The database is no process among the others: it is there before the first of them starts and ends after the last, or
their open sessions would hold it up until it is killed.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from honcho import manager as honcho
from honcho.printer import Printer

from portal import env
from portal.runtime import control, demo, frontend, gateway, leftovers
from portal.runtime import home as homes
from portal.runtime.errors import CannotStart
from portal.runtime.home import FileLock
from portal.runtime.postgres import for_this_process

ROOT = Path(__file__).resolve().parent.parent.parent
# A first start on a slow machine; afterwards the processes' own lines say what is wrong.
READY_SECONDS = 120
# How long processes have to end before they are killed; requests at the gateway take up to 3 s of it.
END_SECONDS = 8


def main() -> int:
    """Run until asked to stop; 0 then, another number when something ended by itself."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # A script's background job starts with SIGINT ignored, and would then not stop when it is asked to.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return _run(env.home(), env.text("PORTICO_BIND", "127.0.0.1"), env.integer("PORT", 8000))
    except (CannotStart, env.SettingError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def _run(home: Path, bind: str, port: int) -> int:
    homes.prepare(home)
    with ExitStack() as held:
        held.enter_context(_only_run(home))
        leftovers.end(home)
        _check_port(bind, port, f"make run PORT={port + 1}")
        if control.port(port):
            _check_port("127.0.0.1", control.port(port), f"PORTICO_CONTROL_PORT={control.port(port) + 1} make run")
        homes.ensure_secret_key(home)
        environment = _environment(home)
        frontend.ensure_assets()
        held.enter_context(for_this_process())
        notice = _prepare(environment)
        return _serve(home, bind, port, environment, notice)


@contextmanager
def _only_run(home: Path) -> Iterator[None]:
    lock = FileLock(home / "run.lock")
    if not lock.take(wait=False):
        raise CannotStart(
            f"Portico already runs on the data folder {home} (process {lock.noted()}): "
            "stop it, or set PORTICO_HOME to another folder."
        )
    lock.note(str(os.getpid()))
    try:
        yield
    finally:
        lock.close()


def _check_port(bind: str, port: int, instead: str) -> None:
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError as error:
            raise CannotStart(
                f"Portico cannot listen on {bind} port {port} ({error.strerror}): stop the program that does, "
                f"or choose another port, for example `{instead}`."
            ) from error


def _environment(home: Path) -> dict[str, str]:
    metrics = home / "metrics"
    metrics.mkdir(mode=0o700, exist_ok=True)
    for file in metrics.glob("*.db"):
        file.unlink()  # figures of processes that are gone
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PORTICO_HOME": str(home),
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
        "PYTHONUNBUFFERED": "1",
    }


def _prepare(environment: dict[str, str]) -> str:
    """Database and files are ready; what the operator must be told once is returned."""
    command = [sys.executable, "-m", "portal.runtime.prepare"]
    done = subprocess.run(command, check=False, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise CannotStart("The database could not be prepared: the lines above say why.")
    return done.stdout


def _serve(home: Path, bind: str, port: int, environment: dict[str, str], notice: str) -> int:
    honcho.KILL_WAIT = END_SECONDS
    manager = honcho.Manager(Printer(sys.stdout))
    place = gateway.startable(home)
    own = {"control": control.ENVIRONMENT}
    commands = _commands(bind, port) | demo.commands(home, place.url if place else "")
    if place:
        commands["gateway"] = gateway.command()
        own["gateway"] = gateway.environment(home, place, bind, port)
    for name, command in commands.items():
        told = environment | own.get(name, {})
        manager.add_process(name, leftovers.noted(home, name, command), env=told, cwd=str(ROOT))
    said = threading.Event()
    threading.Thread(target=_announce, args=(home, bind, port, notice, said), daemon=True).start()
    manager.loop()
    if not said.is_set():
        print(notice, flush=True)  # it is told once, so not only to those who waited for the page
    stopped = {128 + signal.SIGINT, 128 + signal.SIGTERM}
    return 0 if manager.returncode in stopped else manager.returncode or 1


def _commands(bind: str, port: int) -> dict[str, list[str]]:
    programs = Path(sys.executable).parent
    celery = [str(programs / "celery"), "--app", "portal", "--quiet"]
    workers = env.integer("PORTICO_WEB_WORKERS", 2)
    worker = [*celery, "worker", "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "warning"]
    discovery = env.integer("PORTICO_DISCOVERY_WORKERS", 1)
    commands = {
        "web": [
            str(programs / "granian"), "--interface", "wsgi", "--host", bind, "--port", str(port),
            "--workers", str(workers), "--blocking-threads", "4", "--workers-kill-timeout", "3",
            "--no-ws", "--log-level", "warning", "portal.wsgi:application",
        ],
        "worker": [
            *worker, "--queues", "portico", "--concurrency", str(env.integer("PORTICO_TASK_WORKERS", 1)),
        ],
        "discovery": [*worker, "--queues", "discovery", "--concurrency", str(discovery)],
        "beat": [*celery, "beat", "--scheduler", "celery.beat:Scheduler", "--pidfile", "", "--loglevel", "warning"],
    }  # fmt: skip
    if control.port(port):
        commands["control"] = control.command(port)
    if discovery < 1:
        del commands["discovery"]
    for number in range(1, env.integer("PORTICO_WATCHERS", 1) + 1):
        name = "watch" if number == 1 else f"watch-{number}"
        commands[name] = [sys.executable, str(ROOT / "manage.py"), "watch"]
    return commands


def _announce(home: Path, bind: str, port: int, notice: str, said: threading.Event) -> None:
    """Say where Portico is once a page of it has really come back."""
    address = urlsplit(env.text("PORTICO_URL", f"http://127.0.0.1:{port}"))
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(bind, bind)  # noqa: S104 - compared, not listened on
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if _answers(f"http://{host}:{port}/", address.netloc):
            homes.note_address(home, address.geturl())
            print(f"\nPortico is ready: {address.geturl()}\n{notice}", flush=True)
            said.set()
            return
        time.sleep(0.1)
    print(f"Portico did not answer within {READY_SECONDS} s: see the lines above.", file=sys.stderr, flush=True)


def _answers(url: str, public_host: str) -> bool:
    request = urllib.request.Request(url, headers={"Host": public_host})  # noqa: S310 - our own address
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(request, timeout=10) as answer:
            return answer.status == 200
    except urllib.error.HTTPError as answer:
        return answer.code < 400
    except OSError:
        return False


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer: with an https PORTICO_URL the page itself is behind the proxy."""

    def redirect_request(self, *_: object) -> None:
        return None


if __name__ == "__main__":
    sys.exit(main())
