"""Warm processes with limits, for work on bytes that somebody else wrote.

A parser that is fed a hostile document can loop, eat memory or crash, and none of that can be caught from
inside. So the work runs in a plain child process (pools of multiprocessing are refused inside Celery's
daemonic workers) which has no Django, a bare environment and limits on memory, processor time, files and,
where the system lets us, no network. The parent keeps the clock, kills a child that is late, and starts
another. What the child sends is untrusted bytes: the caller decodes them with a plain format, never with
pickle.
"""

import contextlib
import os
import threading
import time
import weakref
from collections import deque

from common.sandbox_process import ChildGone, ChildLate, ChildNotStarted, ChildProcess, Limits


class SandboxError(Exception):
    """The work did not come to an answer; nothing else is affected."""


class TookTooLong(SandboxError):
    """The child used up its processor time or the clock ran out, and it was ended."""


class TooMuchMemory(SandboxError):
    """The child reached its memory limit."""


class ChildFailed(SandboxError):
    """The child crashed, or the code in it raised what it should not raise."""


class NotStarted(SandboxError):
    """A child could not be started; that is never the request's fault."""


class AllBusy(SandboxError):
    """No child became free in time; trying later is worth it."""


class Sandbox:
    """Up to `size` warm children that run `handle(bytes) -> bytes` of one module; may be used from several
    threads.

    Children are started when first needed and belong to the process that started them: after a fork the new
    process starts its own. A child is replaced after any kill, after `requests_per_child` answers, and when
    it has grown large.
    """

    def __init__(
        self,
        module: str,
        *,
        size: int = 1,
        wall_seconds: float = 20.0,
        wait_seconds: float = 60.0,
        requests_per_child: int = 200,
        limits: Limits | None = None,
    ) -> None:
        self.module = module
        self.size = size
        self.wall_seconds = wall_seconds
        self.wait_seconds = wait_seconds
        self.requests_per_child = requests_per_child
        self.limits = limits or Limits()
        self._begin()
        ours = weakref.ref(self)
        os.register_at_fork(after_in_child=lambda: _after_fork(ours))

    def call(self, request: bytes) -> bytes:
        """The answer of the child; raises TookTooLong, TooMuchMemory, ChildFailed, AllBusy or NotStarted."""
        if not self._free.acquire(timeout=self.wait_seconds):
            raise AllBusy(f"No process of {self.module} became free in {self.wait_seconds:g} seconds.")
        try:
            return self._answer(request)
        finally:
            self._free.release()

    def close(self) -> None:
        """Ends the children that are not at work."""
        while (child := self._pop()) is not None:
            child.end()

    def _begin(self) -> None:
        self._free = threading.BoundedSemaphore(self.size)
        self._idle: deque[ChildProcess] = deque()

    def _forget(self) -> None:
        """In a forked process: the children are the parent's.

        Their pipes are closed here, so that they see its end.
        """
        while (child := self._pop()) is not None:
            child.abandon()
        self._begin()

    def _pop(self) -> ChildProcess | None:
        with contextlib.suppress(IndexError):
            return self._idle.pop()
        return None

    def _answer(self, request: bytes) -> bytes:
        """Tries again with a new child only when the old one had ended for reasons that are not the
        request's.
        """
        for _ in range(self.size + 2):
            child = self._pop() or ChildProcess(self.module, self.limits)
            deadline = time.monotonic() + self.wall_seconds
            try:
                status, answer = child.ask(request, deadline)
            except ChildNotStarted as error:
                child.end()
                raise NotStarted(f"{self.module} did not start: {error}") from None
            except ChildLate:
                child.end()
                raise TookTooLong(f"No answer in {self.wall_seconds:g} seconds.") from None
            except ChildGone as gone:
                child.end()
                if gone.retired:
                    continue
                raise _error_of(gone) from None
            except BaseException:
                child.end()
                raise
            return self._result(child, status, answer)
        raise ChildFailed(f"No process of {self.module} stayed up.")

    def _result(self, child: ChildProcess, status: bytes, answer: bytes) -> bytes:
        if status != b"A":
            child.end()
            if status == b"M":
                raise TooMuchMemory("The memory limit was reached.")
            raise ChildFailed(answer[:500].decode(errors="replace"))
        if child.answers >= self.requests_per_child:
            child.end()
        else:
            self._idle.append(child)
        return answer


def _error_of(gone: ChildGone) -> SandboxError:
    if gone.out_of_time:
        return TookTooLong("The processor time ran out.")
    if gone.out_of_memory:
        return TooMuchMemory("The memory limit was reached.")
    return ChildFailed(str(gone))


def _after_fork(reference: "weakref.ref[Sandbox]") -> None:
    sandbox = reference()
    if sandbox is not None:
        sandbox._forget()
