"""The processor time of process trees, from /proc (proc_pid_stat(5)), and what one process costs from wait4(2)."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Stat:
    parent: int
    ticks: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process took from its start to its end, and of that the start; what the database took meanwhile."""

    whole_ms: float
    peak_bytes: int
    output: str
    wall_ms: float = 0
    start_ms: float = 0
    database_ms: float = 0

    @property
    def own_ms(self) -> float:
        return self.whole_ms - self.start_ms

    @property
    def processor_ms(self) -> float:
        return self.own_ms + self.database_ms


def run_measured(command: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> Spent:
    """Run a command to its end, which must be a success.

    What it waited for itself counts as its own. A new process begins with the peak of the one that started it (the
    kernel hands that on), so whoever measures small things must be small.
    """
    begun = time.monotonic()
    with subprocess.Popen(command, cwd=cwd, env=env, stdout=subprocess.PIPE, text=True) as child:
        output = child.stdout.read() if child.stdout else ""
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    wall_ms = (time.monotonic() - begun) * 1000
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {child.returncode}.")
    return Spent((usage.ru_utime + usage.ru_stime) * 1000, usage.ru_maxrss * 1024, output, wall_ms)


def processor_ms(root: int) -> float:
    """Milliseconds that ``root``, its descendants and those of them that have ended have run so far.

    An ended process is in its parent's account once that has waited for it, so the sum never falls.
    """
    stats = _stats()
    return sum(stats[process].ticks for process in _family(root, stats)) * _TICK_MS


def descendants(root: int) -> list[int]:
    """The processes below ``root``."""
    return _family(root, _stats())[1:]


def ran_us(process: int) -> float:
    """Microseconds that the threads of one process that are there now have run so far, finer than the ticks of
    ``processor_ms`` (Documentation/scheduler/sched-stats of Linux)."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return sum(int((task / "schedstat").read_text(encoding="ascii").split()[0]) for task in tasks) / 1000


def peak_bytes(process: int) -> int:
    """The most memory that a process has held at once so far."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def yardstick_ms() -> float:
    """Processor time of a million additions in a Python loop: what a millisecond is worth on this machine now."""
    total, begun = 0, time.process_time()
    for number in range(1_000_000):
        total += number
    return (time.process_time() - begun) * 1000


def _family(root: int, stats: Mapping[int, Stat]) -> list[int]:
    children: dict[int, list[int]] = {}
    for process, stat in stats.items():
        children.setdefault(stat.parent, []).append(process)
    found, waiting = [], [root]
    while waiting:
        process = waiting.pop()
        if process in stats:
            found.append(process)
            waiting += children.get(process, [])
    return found


def _stats() -> dict[int, Stat]:
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            line = (folder / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue  # it ended in between
        # The name in parentheses may hold anything, also spaces.
        fields = line.rpartition(")")[2].split()
        found[int(folder.name)] = Stat(parent=int(fields[1]), ticks=sum(map(int, fields[11:15])))
    return found
