from datetime import UTC, date, datetime, timedelta

import pytest

from common.web import words

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        (NOW - timedelta(seconds=3), "3 s ago"),
        (NOW - timedelta(minutes=59), "59 min ago"),
        (NOW - timedelta(hours=1), "13:30"),
        (NOW.replace(hour=0, minute=1), "00:01"),
        (NOW - timedelta(days=1), "Yesterday"),
        (NOW - timedelta(days=2), "20 Nov"),
        (NOW - timedelta(days=400), "18 Oct 2025"),
        (NOW + timedelta(days=5), "27 Nov"),
        (date(2026, 11, 22), "Today"),
        (date(2027, 2, 28), "28 Feb 2027"),
    ],
)
def test_it_says_a_time_as_people_do(instant, said):
    assert words.short_time(instant, NOW) == said


def test_it_gives_the_full_time_with_its_zone():
    assert words.full_time(NOW) == "22 Nov 2026, 14:30:00 UTC"
    assert words.machine_time(NOW) == "2026-11-22T14:30:00Z"


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "–"), (0, "0"), (1_904, "1,904"), (84_000, "84 k"), (611_400, "611 k"), (6_100_000, "6.1 M")],
)
def test_it_shortens_numbers_that_are_compared(value, said):
    assert words.compact(value).replace(words.THIN_SPACE, " ") == said


def test_it_groups_numbers_people_act_on():
    assert words.grouped(12_408) == "12,408"
    assert words.grouped(None) == "–"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Lending Platform", "LP"), ("api-office", "AO"), ("KYC", "KY"), ("", "?"), ("Anna Maria Lindqvist", "AL")],
)
def test_it_makes_two_letters_of_a_name(name, letters):
    assert words.initials(name) == letters
