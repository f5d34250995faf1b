"""Processes of a run that was killed before it could end them.

Each process leaves its number in the data folder before it becomes the program it is. The next run on the same folder,
which by its lock knows that the former is gone, ends what is left; a number that by now belongs to another program is
told by its command line.
"""

import os
import shlex
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path

from portal.runtime.processes import command_line

PATIENCE_SECONDS = 10


def noted(home: Path, name: str, command: list[str]) -> str:
    """The shell line that notes its own process number and then is ``command``."""
    folder = _folder(home)
    folder.mkdir(mode=0o700, exist_ok=True)
    note = shlex.quote(str(folder / name))
    return f"echo $$ {shlex.quote(Path(command[0]).name)} > {note}; exec {shlex.join(command)}"


def end(home: Path) -> None:
    """No process of a former run on this data folder is alive."""
    alive = [process for process, program in _notes(home) if program in command_line(process)]
    _signal(alive, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(command_line(process) for process in alive) and time.monotonic() < deadline:
        time.sleep(0.05)
    _signal(alive, signal.SIGKILL)
    shutil.rmtree(_folder(home), ignore_errors=True)


def _signal(processes: list[int], number: signal.Signals) -> None:
    """Each of them leads a process group of its own, whose members are its children."""
    for process in processes:
        with suppress(ProcessLookupError):
            os.killpg(process, number)


def _notes(home: Path) -> list[tuple[int, str]]:
    notes = []
    for path in _folder(home).glob("*"):
        process, _, program = path.read_text(encoding="utf-8").strip().partition(" ")
        if process.isdigit() and program:
            notes.append((int(process), program))
    return notes


def _folder(home: Path) -> Path:
    return home / "processes"
