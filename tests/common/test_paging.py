import base64
import zlib

import orjson
import pytest
from django.db.models import Q

from accounts.models import Team
from common.errors import Invalid
from common.paging import bounded_count, bounded_counts, counts_in_one_pass, page_of
from tests.factories.accounts import make_team


@pytest.fixture
def teams(db: None) -> list[Team]:
    return [make_team(f"team-{letter}", title="Same") for letter in "abcdefg"]


def walk(ordering: list[str], limit: int = 3) -> list[Team]:
    found, cursor = [], None
    while True:
        page = page_of(Team.objects.all(), ordering=ordering, limit=limit, cursor=cursor)
        found += page.items
        cursor = page.next
        if cursor is None:
            return found


@pytest.mark.parametrize("ordering", [["title", "id"], ["-title", "-id"], ["-created_at", "id"], ["slug"]])
def test_it_walks_over_every_row_once(teams, ordering):
    assert walk(ordering) == list(Team.objects.order_by(*ordering))


def test_it_neither_repeats_nor_hides_rows_when_others_come(teams):
    first = page_of(Team.objects.all(), ordering=["slug"], limit=3)
    make_team("team-0")
    second = page_of(Team.objects.all(), ordering=["slug"], limit=3, cursor=first.next)
    assert [team.slug for team in second.items] == ["team-d", "team-e", "team-f"]


def test_it_goes_back_to_the_very_page_before(teams):
    first = page_of(Team.objects.all(), ordering=["slug"], limit=3)
    second = page_of(Team.objects.all(), ordering=["slug"], limit=3, cursor=first.next)
    back = page_of(Team.objects.all(), ordering=["slug"], limit=3, cursor=second.previous)
    assert (back.items, back.previous) == (first.items, None)


@pytest.mark.parametrize("foreign", [["title", "id"], ["-slug"], ["id"]])
def test_it_refuses_cursors_of_another_ordering(teams, foreign):
    cursor = page_of(Team.objects.all(), ordering=["slug"], limit=3).next
    with pytest.raises(Invalid):
        page_of(Team.objects.all(), ordering=foreign, limit=3, cursor=cursor)


@pytest.mark.parametrize("cursor", ["", "!", "e30", "bnVsbA", "WzAsMSwiYSJd", "é", "WzBd", "a" * 1001])
def test_it_refuses_cursors_that_are_none(teams, cursor):
    with pytest.raises(Invalid):
        page_of(Team.objects.all(), ordering=["slug"], limit=3, cursor=cursor)


def test_it_counts_no_further_than_the_limit(teams):
    assert (bounded_count(Team.objects.all()).value, bounded_count(Team.objects.all()).exact) == (7, True)
    bounded = bounded_count(Team.objects.all(), limit=5)
    assert (bounded.value, bounded.exact) == (5, False)


def test_it_refuses_a_cursor_whose_moment_the_database_cannot_read(teams):
    ordering = ["-created_at", "id"]
    moment = "0001-01-01T00:00:00+23:59"
    plain = orjson.dumps([0, zlib.crc32(",".join(ordering).encode()), moment, 1])
    cursor = base64.urlsafe_b64encode(plain).decode().rstrip("=")

    with pytest.raises(Invalid):
        page_of(Team.objects.all(), ordering=ordering, limit=3, cursor=cursor)


def test_it_counts_several_lists_at_once_each_up_to_the_limit(teams, django_assert_num_queries):
    lists = [Team.objects.all(), Team.objects.filter(slug="team-a"), Team.objects.none()]

    with django_assert_num_queries(1):
        counts = bounded_counts(lists, limit=5)

    assert [(count.value, count.exact) for count in counts] == [(5, False), (1, True), (0, True)]
    assert bounded_counts([]) == []


def test_it_counts_in_one_pass_what_meets_each_condition(teams, django_assert_num_queries):
    conditions = [Q(), Q(slug="team-a"), Q(slug="nobody")]

    with django_assert_num_queries(1):
        counts = counts_in_one_pass(Team.objects.all(), conditions, limit=5)

    assert [(count.value, count.exact) for count in counts] == [(5, False), (1, True), (0, True)]
    assert [count.value for count in counts_in_one_pass(Team.objects.none(), conditions)] == [0, 0, 0]
