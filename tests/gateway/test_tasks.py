"""What beat asks of the gateway room."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from gateway.models import Gateway
from gateway.tasks import keep_usage, notice_silent
from gateway.usage import partitions
from marketplace import generations
from tests.factories.gateway import make_gateway

pytestmark = pytest.mark.django_db


def names() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'")
        return {name for (name,) in cursor.fetchall()}


def test_it_leaves_out_gateways_that_are_silent() -> None:
    now = timezone.now()
    silent, _ = make_gateway(is_counted=True, heard_at=now - timedelta(seconds=61))
    heard, _ = make_gateway(is_counted=True, heard_at=now - timedelta(seconds=30))
    before = generations.current()

    notice_silent()
    notice_silent()

    assert set(Gateway.objects.filter(is_counted=True)) == {heard}
    assert generations.current() == before + 1
    assert silent.is_counted


def test_it_makes_room_for_usage_and_drops_days_that_are_over(settings: object) -> None:
    settings.PORTICO_USAGE_DAYS = 10
    today = timezone.now().astimezone(UTC).date()
    old, kept = today - timedelta(days=11), today - timedelta(days=10)
    partitions.make_for([old, kept])
    with connection.cursor() as cursor:
        long_ago = datetime(2020, 1, 1, tzinfo=UTC)
        cursor.execute("INSERT INTO gateway_batch VALUES (1, 'old', %s), (1, 'new', now())", [long_ago])

    keep_usage()
    keep_usage()

    found = names()
    for table in partitions.TABLES:
        assert f"{table}_{old:%Y%m%d}" not in found
        for day in (kept, today, today + timedelta(days=2)):
            assert f"{table}_{day:%Y%m%d}" in found
    with connection.cursor() as cursor:
        cursor.execute("SELECT batch FROM gateway_batch")
        assert cursor.fetchall() == [("new",)]
