"""When a source is due again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from discovery.models import Source
from tests.factories.scripted import make_scripted, see, services

pytestmark = pytest.mark.usefixtures("scripted")


def wait_of(source: Source) -> float:
    """Seconds from the end of the last run to the next."""
    source.refresh_from_db()
    return (source.due_at - source.last_run.finished_at).total_seconds()


def test_it_is_due_with_its_schedule_and_a_little_later() -> None:
    source = make_scripted(schedule_seconds=900)
    see(source, services("payments"))
    assert 900 <= wait_of(source) <= 945


def test_without_a_schedule_it_is_never_due() -> None:
    source = make_scripted(schedule_seconds=None)
    see(source, [{"raise": "unreachable"}])
    source.refresh_from_db()
    assert source.due_at is None


def test_what_may_pass_by_itself_is_tried_sooner_and_then_less_often() -> None:
    source = make_scripted(schedule_seconds=900)
    waits = []
    for _ in range(6):
        see(source, [{"raise": "unreachable"}])
        waits.append(wait_of(source))

    for wait, least in zip(waits, [60, 120, 240, 480, 900, 900], strict=True):
        assert least <= wait <= least * 1.05
    see(source, services("payments"))
    see(source, [{"raise": "unreachable"}])
    assert wait_of(source) <= 63


@pytest.mark.parametrize("error", ["misconfigured", "refused", "boom"])
def test_what_a_person_has_to_change_is_a_result(error: str) -> None:
    source = make_scripted(schedule_seconds=900)
    see(source, [{"raise": error}])
    assert wait_of(source) >= 900


def test_a_run_that_ends_forgets_lost_ones() -> None:
    source = make_scripted(lost_in_a_row=2, lease_until=timezone.now() - timedelta(days=1))
    run = see(source, [{"raise": "refused"}])
    source.refresh_from_db()
    assert (source.lost_in_a_row, source.last_run_id, source.lease_until) == (0, run.pk, None)
