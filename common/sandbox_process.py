"""One child of a sandbox as its parent sees it: start, ask with a deadline, end.

Messages both ways are length-prefixed: the number of the request, for an answer one letter of status, the
length, the bytes. Both pipes are non-blocking in the parent, so that a child that neither reads nor writes
only costs its time.
"""

import os
import select
import signal
import struct
import subprocess
import sys
import time
from dataclasses import astuple, dataclass
from pathlib import Path

REQUEST_HEAD = struct.Struct(">QQ")
ANSWER_HEAD = struct.Struct(">QcQ")
PARENT_GONE = signal.SIGUSR1
READY = b"R"

_ROOT = Path(__file__).resolve().parent.parent
_START_SECONDS = 30.0
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use: address space, processor seconds for one request, bytes of one answer; the size
    in memory from which on it ends itself after an answer.
    """

    memory_bytes: int = 2 * 1024**3
    cpu_seconds: int = 20
    answer_bytes: int = 96 * 1024**2
    retire_bytes: int = 256 * 1024**2


class ChildLate(Exception):
    """The deadline passed."""


class ChildNotStarted(Exception):
    """The child ended or kept silent before it was ready."""


class ChildGone(Exception):
    """The child ended without an answer."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"The process ended with {code}.")
        self.code = code

    @property
    def retired(self) -> bool:
        """It ended by itself, or because the thread that had started it ended: not because of the request."""
        return self.code in (0, -PARENT_GONE)

    @property
    def out_of_time(self) -> bool:
        return self.code == -signal.SIGXCPU

    @property
    def out_of_memory(self) -> bool:
        """An allocation that fails in native code aborts; the system's own answer to shortage is a kill."""
        return self.code in (-signal.SIGABRT, -signal.SIGKILL)


class ChildProcess:
    """A running child. Not for several threads at once."""

    def __init__(self, module: str, limits: Limits) -> None:
        self.answers = 0
        self._limits = limits
        numbers = [str(number) for number in astuple(limits)]
        # A fixed command of ours; the environment is bare so that the child holds no secret of the parent.
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "common.sandbox_child", module, str(os.getpid()), *numbers],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            cwd=_ROOT,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        )
        self._to_child = self._process.stdin.fileno()
        self._from_child = self._process.stdout.fileno()
        os.set_blocking(self._to_child, False)
        os.set_blocking(self._from_child, False)
        self._ready = False

    def ask(self, request: bytes, deadline: float) -> tuple[bytes, bytes]:
        """(status, answer); raises ChildLate, ChildGone or ChildNotStarted. The time to start does not count."""
        if not self._ready:
            started = time.monotonic()
            self._await_ready(started + _START_SECONDS)
            deadline += time.monotonic() - started
        self.answers += 1
        self._send(REQUEST_HEAD.pack(self.answers, len(request)), deadline)
        self._send(request, deadline)
        number, status, length = ANSWER_HEAD.unpack(self._receive(ANSWER_HEAD.size, deadline))
        if number != self.answers or length > self._limits.answer_bytes:
            self.end()
            raise ChildGone(-signal.SIGKILL if number == self.answers else None)
        return status, self._receive(length, deadline)

    def end(self) -> None:
        """Kills the child, if it runs, and closes its pipes."""
        self._process.kill()
        self._close()
        self._process.wait()

    def abandon(self) -> None:
        """Closes the pipes in a forked process and leaves the child to the process that started it."""
        self._close()
        self._process.returncode = 0

    def _await_ready(self, deadline: float) -> None:
        try:
            head = self._receive(ANSWER_HEAD.size, deadline)
        except ChildLate:
            raise ChildNotStarted(f"Not ready in {_START_SECONDS:g} seconds.") from None
        except ChildGone as gone:
            if gone.code == -PARENT_GONE:
                raise
            raise ChildNotStarted(str(gone)) from None
        self._ready = ANSWER_HEAD.unpack(head)[1] == READY
        if not self._ready:
            raise ChildNotStarted("Its first message is not that it is ready.")

    def _send(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        while view:
            self._wait(self._to_child, select.POLLOUT, deadline)
            try:
                view = view[os.write(self._to_child, view[:_PIECE]) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise self._gone() from None

    def _receive(self, length: int, deadline: float) -> bytes:
        parts = bytearray()
        while len(parts) < length:
            self._wait(self._from_child, select.POLLIN, deadline)
            try:
                part = os.read(self._from_child, min(length - len(parts), _PIECE))
            except BlockingIOError:
                continue
            if not part:
                raise self._gone()
            parts += part
        return bytes(parts)

    def _wait(self, descriptor: int, events: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(descriptor, events)
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise ChildLate

    def _gone(self) -> ChildGone:
        """How it ended; a child that closed its pipe and runs on is ended here."""
        try:
            return ChildGone(self._process.wait(timeout=5))
        except subprocess.TimeoutExpired:
            self._process.kill()
            return ChildGone(self._process.wait())

    def _close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
