"""A body without a sign of life is interrupted."""

import signal
import threading
import time

import pytest

from discovery.runs.watchdog import Silent, watched


def test_silence_is_interrupted_even_where_all_errors_are_caught() -> None:
    def stubborn() -> None:
        try:
            time.sleep(30)
        except Exception:
            pytest.fail("it was swallowed")

    before = time.monotonic()
    with pytest.raises(Silent), watched(0.05):
        stubborn()
    assert time.monotonic() - before < 5


def test_signs_of_life_keep_it_going() -> None:
    with watched(1.0) as pat:
        for _ in range(6):
            time.sleep(0.25)
            pat()


def test_nothing_is_left_behind() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with watched(30):
        pass
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_another_thread_is_not_watched() -> None:
    done = []

    def work() -> None:
        with watched(0.01) as pat:
            pat()
            time.sleep(0.05)
        done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(10)
    assert done == [True]
