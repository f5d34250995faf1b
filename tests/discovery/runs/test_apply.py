"""What holds for whatever a source shows, with the rows that it leaves behind."""

from random import Random
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discovery.models import DiscoveredService, Run, Source
from tests.factories.scripted import make_scripted, see, services

pytestmark = pytest.mark.usefixtures("scripted")

SERVICE = st.fixed_dictionaries(
    {
        "name": st.sampled_from("abcde"),
        "namespace": st.sampled_from(["shop", "bank"]),
        "version": st.sampled_from("12"),
        "identity": st.sampled_from([None, "one", "two"]),
    },
    optional={"exposure": st.none(), "workloads": st.none(), "specification": st.sampled_from(["{}", "[]"])},
)
SCOPES = st.lists(st.sampled_from([["Service"], ["Service", "shop"], ["Service", "bank"]]), max_size=2)
LISTING = st.tuples(st.lists(SERVICE, max_size=8), SCOPES)


def steps_of(listing: tuple[list[dict], list[list[str]]]) -> list[dict[str, Any]]:
    seen, complete = listing
    return [*({"observe": one} for one in seen), *({"complete": scope} for scope in complete)]


def stored(source: Source) -> list[tuple]:
    rows = DiscoveredService.objects.filter(source=source).order_by("key")
    return list(rows.values_list("key", "state", "hold", "fingerprint", "identity", "version", "specification__sha256"))


def places() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, ctid::text FROM discovery_discoveredservice ORDER BY id")
        return cursor.fetchall()


def test_the_last_written_comes_first_by_name() -> None:
    see(make_scripted(), services("ledger", "cards", "mortgage"))
    newest = DiscoveredService.objects.order_by("-first_seen_at", "-pk").values_list("name", flat=True)
    assert list(newest) == ["cards", "ledger", "mortgage"]


@given(st.lists(LISTING, min_size=1, max_size=2), st.integers())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_twice_is_once_and_the_order_does_not_matter(listings: list, seed: int) -> None:
    Source.objects.all().delete()
    ordered, shuffled = make_scripted(loss_at_least=3), make_scripted(loss_at_least=3)
    for listing in listings:
        steps = steps_of(listing)
        see(ordered, steps)
        see(shuffled, Random(seed).sample(steps, len(steps)))
        assert stored(ordered) == stored(shuffled)

    before = places()
    again = see(ordered)
    assert places() == before
    assert (again.counts["new"], again.counts["changed"], again.counts["missing"], again.counts["held"]) == (0,) * 4
    assert not Run.objects.filter(error_code="internal-error").exists()
