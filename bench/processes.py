"""The processor time of process trees, from /proc (proc_pid_stat(5))."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Stat:
    parent: int
    ticks: int


def processor_ms(root: int) -> float:
    """Milliseconds that ``root``, its descendants and those of them that have ended have run so far.

    An ended process is in its parent's account once that has waited for it, so the sum never falls.
    """
    stats = _stats()
    children: dict[int, list[int]] = {}
    for process, stat in stats.items():
        children.setdefault(stat.parent, []).append(process)
    waiting, ticks = [root], 0
    while waiting:
        process = waiting.pop()
        if process in stats:
            ticks += stats[process].ticks
            waiting += children.get(process, [])
    return ticks * _TICK_MS


def yardstick_ms() -> float:
    """Processor time of a million additions in a Python loop: what a millisecond is worth on this machine now."""
    total, begun = 0, time.process_time()
    for number in range(1_000_000):
        total += number
    return (time.process_time() - begun) * 1000


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
