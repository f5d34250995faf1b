"""What a signal told, as long as somebody listens."""

from types import TracebackType
from typing import Any, Self

from django.dispatch import Signal


class Heard:
    """``told`` has what was said each time, without who said it."""

    def __init__(self, signal: Signal) -> None:
        self.signal, self.told = signal, []

    def __enter__(self) -> Self:
        self.signal.connect(self._hear)
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.signal.disconnect(self._hear)

    def _hear(self, signal: Signal, sender: Any, **told: Any) -> None:
        self.told.append(told)
