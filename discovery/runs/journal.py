"""What a run's row tells while it is under way. Writing it is the sign of life that keeps the lease."""

import time
from collections.abc import Callable

from django.utils import timezone

from discovery.models import Run, RunState
from discovery.runs.claim import Claimed, LostLease, keep
from discovery.runs.phases import Phases, ended, phase, planned

WRITE_SECONDS = 1.0
KEEP_SECONDS = 5.0
MAX_PHASES = 50


class Journal:
    """Phases, counts and problems of one run; written at most once a second, and only under its generation."""

    def __init__(self, claimed: Claimed, clock: Callable[[], float] = time.monotonic) -> None:
        self.counts: dict[str, int] = {}
        self.problem_count = 0
        self.phases: Phases = planned()
        self._claimed = claimed
        self._clock = clock
        self._current: dict | None = None
        self._is_counted = self._is_faulty = False
        self._written = self._kept = clock()

    def begin(self, name: str, total: int | None = None) -> None:
        """The phase before is done, this one is under way; a name not planned goes before those that wait."""
        self.phases = ended(self.phases, self._how())
        waiting = next((step for step in self.phases if step["state"] == "waiting" and step["name"] == name), None)
        if waiting is None:
            if len(self.phases) >= MAX_PHASES:
                self.phases.pop(0)
            waiting = phase(name)
            places = [place for place, step in enumerate(self.phases) if step["state"] == "waiting"]
            self.phases.insert(places[0] if places else len(self.phases), waiting)
        waiting.update(state="running", total=total)
        self._current = waiting
        self._is_counted = self._is_faulty = False
        self.write()

    def reach(self, count: int) -> None:
        """The current phase has come that far."""
        self._is_counted = True
        if self._current is not None:
            self._current["count"] = count

    def advance(self) -> None:
        """One more was seen, which is how far the phase has come unless somebody counts for it."""
        if self._current is not None and not self._is_counted:
            self._current["count"] += 1

    @property
    def is_under_way(self) -> bool:
        return self._current is not None

    def fault(self) -> None:
        """Something in the current phase could not be read."""
        self._is_faulty = True

    def end(self, *, failed: bool) -> None:
        """No phase is under way. Written with the end of the run."""
        self.phases = ended(self.phases, "failed" if failed else self._how())
        self._current = None

    def _how(self) -> str:
        return "partial" if self._is_faulty else "done"

    def tick(self) -> bool:
        """Write when a second has passed since the last time; whether it did. Raises ``LostLease``."""
        if self._clock() - self._written < WRITE_SECONDS:
            return False
        self.write()
        return True

    def write(self) -> None:
        """The row tells what is known now; raises ``LostLease``."""
        row = Run.objects.filter(pk=self._claimed.run_id, generation=self._claimed.generation, state=RunState.RUNNING)
        written = row.update(
            phase=self._current["name"] if self._current else "",
            phases=self.phases,
            counts=self.counts,
            problem_count=self.problem_count,
            heartbeat_at=timezone.now(),
        )
        if not written:
            raise LostLease
        self._written = self._clock()
        if self._written - self._kept >= KEEP_SECONDS:
            keep(self._claimed)
            self._kept = self._written
