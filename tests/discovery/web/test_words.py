"""How schedules, durations and runs read."""

from datetime import UTC, datetime, timedelta

import pytest

from discovery.web.words import (
    ahead_words,
    clock_words,
    news_words,
    schedule_words,
    span_words,
    starter_words,
    took_words,
)

NOW = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (900, "Every 15 minutes"),
        (86400, "Every day"),
        (None, "By hand"),
        (2700, "Every 45 minutes"),
        (61, "Every 61 seconds"),
    ],
)
def test_it_words_schedules(seconds: int | None, words: str):
    assert schedule_words(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(604800, "7 days"), (5400, "90 minutes"), (3600, "1 hour"), (1, "1 second")]
)
def test_it_uses_the_largest_unit_without_a_fraction(seconds: int, words: str):
    assert span_words(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(41, "0:41"), (70, "1:10"), (3730, "1:02:10"), (0, "0:00"), (-3, "0:00"), (0.9, "0:00")]
)
def test_it_tells_durations_as_clocks_do(seconds: float, words: str):
    assert clock_words(timedelta(seconds=seconds)) == words


def test_it_says_nothing_of_an_unknown_duration():
    assert clock_words(None) == took_words(None) == ""


@pytest.mark.parametrize(("seconds", "words"), [(0, "under a second"), (0.9, "under a second"), (1, "0:01")])
def test_what_takes_no_second_is_not_said_to_take_none(seconds: float, words: str):
    assert took_words(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-9, "due now"), (59, "due now"), (60, "in 1 min"), (3599, "in 59 min"), (7300, "in 2 h"), (172800, "in 2 days")],
)
def test_it_says_roughly_when_something_will_be(seconds: int, words: str):
    assert ahead_words(NOW + timedelta(seconds=seconds), NOW) == words


def test_it_tells_only_what_is_news():
    assert news_words({"observed": 1500, "unchanged": 1480, "new": 1200, "missing": 1}) == "1,200 new, 1 missing"
    assert news_words({"observed": 3, "unchanged": 3, "new": 0}) == "no change"
    assert news_words({}) == "no change"


def test_it_tells_who_started_a_run():
    assert starter_words("schedule") == "Started on schedule"
    assert starter_words("Anna") == "Started by Anna"
