"""Becomes another program, which ends when the process that started it does: ``python -m gateway.agent.leash PARENT
PROGRAM ARGUMENT…``. Standard library only, so that it takes no time."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # prctl(2)


def command(words: list[str]) -> list[str]:
    """The words that start a program on a leash of this process."""
    return [sys.executable, "-m", "gateway.agent.leash", str(os.getpid()), *words]


def main(parent: int, words: list[str]) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit("The process that started this one is gone.")
    os.execv(words[0], words)  # noqa: S606 - what our own process asked for


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
