"""Doing what can be done: one row that is refused does not hold up the others."""

from types import SimpleNamespace

from common.errors import Conflict
from discovery.web.attempts import CALLS_AT_MOST, attempt


def rows(number: int) -> list:
    return [SimpleNamespace(pk=one) for one in range(number)]


def refusing(*refused: int):
    def act(some):
        against = [row.pk for row in some if row.pk in refused]
        if against:
            raise Conflict(f"{against[0]} is in the way.")
        return [row.pk for row in some]

    return act


def test_it_calls_once_when_nothing_is_refused():
    done = attempt(rows(1000), refusing())

    assert (done.calls, len(done.results[0]), done.refused) == (1, 1000, [])


def test_it_does_all_but_those_that_are_refused():
    done = attempt(rows(100), refusing(0, 57))

    assert sorted(one for result in done.results for one in result) == [n for n in range(100) if n not in (0, 57)]
    assert [(row.pk, reason) for row, reason in done.refused] == [(0, "0 is in the way."), (57, "57 is in the way.")]


def test_it_gives_up_in_time_and_names_every_row_that_was_not_done():
    done = attempt(rows(1000), refusing(*range(1000)))

    assert done.calls <= 2 * CALLS_AT_MOST
    assert len(done.refused) == 1000
