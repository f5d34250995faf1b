"""As many problems of one run as a person can use."""

from collections.abc import Iterator

from discovery.connectors.base import Problem

PROBLEMS_AT_MOST = 500


class Problems:
    """Keeps the first problems of a run and counts the others.

    Errors come first, so that leaving out never hides one: an error makes the run partial, a warning does not.
    """

    def __init__(self, left_out: int = 0) -> None:
        self._errors: list[Problem] = []
        self._others: list[Problem] = []
        self._left_out = left_out

    def add(self, problem: Problem) -> None:
        kept = self._errors if problem.severity == "error" else self._others
        if len(kept) < PROBLEMS_AT_MOST:
            kept.append(problem)
        else:
            self._left_out += 1

    def __iter__(self) -> Iterator[Problem]:
        """What was kept, and at the end how many more there were."""
        ordered = self._errors + self._others
        yield from ordered[:PROBLEMS_AT_MOST]
        left_out = self._left_out + max(len(ordered) - PROBLEMS_AT_MOST, 0)
        if left_out:
            yield Problem("more-problems", f"More problems were left out: {left_out:,}.", "warning")
