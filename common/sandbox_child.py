"""The child of a sandbox: limits itself, loads one module, then answers one request after the other.

Started as `python -m common.sandbox_child MODULE PARENT_PID …limits`. The module offers `handle(bytes) ->
bytes` and may offer `warm_up()`. Imports no Django, so that it starts quickly and holds nothing worth
stealing.
"""

import ctypes
import gc
import importlib
import math
import os
import resource
import sys
import time
from collections.abc import Callable

from common.sandbox_process import ANSWER_HEAD, PARENT_GONE, READY, REQUEST_HEAD, Limits

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_OPEN_FILES = 32
_KIBIBYTE = 1024


def main(arguments: list[str]) -> None:
    module_name, parent, *numbers = arguments
    limits = Limits(*(int(number) for number in numbers))
    _leave_with_parent(int(parent))
    _leave_network()
    module = importlib.import_module(module_name)
    if hasattr(module, "warm_up"):
        module.warm_up()
    answers = os.dup(1)
    _close_ends()
    _limit(limits)
    gc.freeze()
    # Cycles are collected after an answer, while nobody waits for it.
    gc.disable()
    _write(answers, ANSWER_HEAD.pack(0, READY, 0))
    while _serve(module.handle, answers, limits):
        gc.collect()


def _serve(handle: Callable[[bytes], bytes], answers: int, limits: Limits) -> bool:
    """One request; False when the parent has closed its end or this process has grown large."""
    head = _read(REQUEST_HEAD.size)
    if head is None:
        return False
    number, length = REQUEST_HEAD.unpack(head)
    request = _read(length)
    if request is None:
        return False
    _allow_processor_time(limits.cpu_seconds)
    try:
        status, answer = b"A", handle(request)
    except MemoryError:
        status, answer = b"M", b""
    except Exception as error:
        status, answer = b"E", f"{type(error).__name__}: {error}"[:2000].encode(errors="replace")
    _write(answers, ANSWER_HEAD.pack(number, status, len(answer)))
    _write(answers, answer)
    return status != b"M" and _largest_size() < limits.retire_bytes


def _leave_with_parent(parent: int) -> None:
    """Asks Linux to end this process with the thread that started it; elsewhere the closed pipe does."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_PDEATHSIG, int(PARENT_GONE), 0, 0, 0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit(0)


def _leave_network() -> None:
    """Moves into an empty network namespace where the kernel lets us; nothing here opens a socket in any
    case.
    """
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        if libc.unshare(_CLONE_NEWNET) != 0:
            libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def _close_ends() -> None:
    """From here on, what any library prints goes nowhere; errors while starting still reach the log."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _limit(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))


def _allow_processor_time(seconds: int) -> None:
    """The limit counts over the life of a process, so each request moves it on."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + seconds, hard))


def _largest_size() -> int:
    """The most memory this program has held, in bytes.

    On Linux ``ru_maxrss`` also counts what the parent held when it started us, so the kernel's own line is read.
    """
    if sys.platform == "linux":
        with open("/proc/self/status", "rb") as status:  # noqa: PTH123 - pathlib is not loaded here
            line = next(line for line in status if line.startswith(b"VmHWM:"))
        return int(line.split()[1]) * _KIBIBYTE
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _read(length: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < length:
        part = os.read(0, min(length - len(parts), 1 << 20))
        if not part:
            return None
        parts += part
    return bytes(parts)


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


if __name__ == "__main__":
    main(sys.argv[1:])
