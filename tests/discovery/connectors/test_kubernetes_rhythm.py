"""How fast a stream may talk."""

from discovery.connectors.kubernetes.rhythm import BURST, LINE_BYTES, LINES_A_SECOND, Rhythm


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_stream_that_never_stops_is_read_no_faster_than_it_may():
    clock = Clock()
    rhythm, begun = Rhythm(clock), clock.now
    for _ in range(20 * BURST):
        clock.now += rhythm.pause(b"{}")
    assert clock.now - begun == 20 * BURST / LINES_A_SECOND


def test_long_lines_count_as_several():
    clock = Clock()
    rhythm, begun = Rhythm(clock), clock.now
    for _ in range(2 * BURST):
        clock.now += rhythm.pause(b" " * (9 * LINE_BYTES))
    assert clock.now - begun == 20 * BURST / LINES_A_SECOND


def test_what_a_cluster_says_is_read_at_once():
    clock = Clock()
    rhythm = Rhythm(clock)
    for _ in range(3 * BURST):
        clock.now += 2 / LINES_A_SECOND
        assert rhythm.pause(b"{}") == 0.0
