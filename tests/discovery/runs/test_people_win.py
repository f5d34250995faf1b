"""What a person decided stays whatever later runs see: changed, gone, retired by time, back, under another name."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Service
from catalog.usecases.edit_entry import edit_entry
from discovery.models import DiscoveredService, Source
from discovery.runs.upkeep import retire
from discovery.usecases.choose_proposal import choose_proposal
from discovery.usecases.ignore_discovered import ignore_discovered
from discovery.usecases.merge_discovered import merge_discovered
from discovery.usecases.part_discovered import part_discovered
from discovery.usecases.publish_discovered import publish_discovered
from discovery.usecases.retire_discovered import retire_discovered
from tests.factories.accounts import actor_of
from tests.factories.catalog import make_service
from tests.factories.discovery import ADMINISTRATOR
from tests.factories.rules import make_rule
from tests.factories.scripted import ALL, make_scripted, see, services
from tests.personas import Cast

pytestmark = pytest.mark.usefixtures("scripted")

ON_ITS_WAY: dict[str, list[dict[str, Any]]] = {
    "changed": services("payments", identity="payments", version="2"),
    "gone": [ALL],
    "back": services("payments", identity="payments", uid="another"),
    "renamed": services("pay", identity="payments"),
    "moved": services("pay", namespace="shop", identity="payments"),
}


def decided(decide: Callable[..., Any], **values: Any) -> None:
    decide(actor=ADMINISTRATOR, discovered=list(DiscoveredService.objects.all()), now=timezone.now(), **values)


def row() -> DiscoveredService:
    return DiscoveredService.objects.select_related("service").get()


@pytest.fixture
def source() -> Source:
    """One service, found and not yet decided about."""
    source = make_scripted(grace_seconds=0)
    see(source, services("payments", identity="payments"))
    return source


def live_through(source: Source) -> None:
    """Everything that can happen to the service, with time for the missing to be retired."""
    for steps in ON_ITS_WAY.values():
        see(source, steps)
        retire(timezone.now() + timedelta(seconds=1))


def test_a_retired_one_stays_retired(source: Source) -> None:
    decided(retire_discovered, reason="Switched off")
    make_rule(action="publish", publishes_unowned=True)
    live_through(source)
    assert (row().state, row().name, Service.objects.count()) == ("retired", "pay", 0)


def test_an_ignored_one_stays_ignored_also_when_it_was_missing_beyond_the_time_of_grace(source: Source) -> None:
    decided(ignore_discovered, reason="A sidecar")
    make_rule(action="publish", publishes_unowned=True)
    live_through(source)
    assert (row().state, row().name, Service.objects.count()) == ("ignored", "pay", 0)


def test_a_merged_one_stays_a_place_of_its_service(source: Source) -> None:
    ledger = make_service("ledger")
    make_service("pay")
    decided(merge_discovered, service=ledger)
    make_rule(action="ignore")
    live_through(source)
    assert (row().state, row().service, row().is_pinned, row().name) == ("published", ledger, True, "pay")


def test_a_parted_one_is_never_that_service_again(source: Source) -> None:
    ledger = make_service("ledger")
    decided(merge_discovered, service=ledger)
    decided(part_discovered)
    annotated = {"annotations": {"backstage.io/kubernetes-id": "ledger"}}
    see(source, services("payments", identity="payments", **annotated))
    live_through(source)
    see(source, services("pay", namespace="shop", identity="payments", **annotated))
    assert (row().state, row().service) == ("new", None)


def test_an_edited_field_stays_and_says_what_discovery_would(source: Source, cast: Cast) -> None:
    decided(publish_discovered, values={"owner": None})
    service = Service.objects.get()
    edit_entry(actor=actor_of(cast.administrator), entry=service, metadata={"title": "Mine"}, now=timezone.now())
    live_through(source)
    see(
        source, services("pay", namespace="shop", identity="payments", claims=[["title", "Theirs", "annotation title"]])
    )
    service.refresh_from_db()
    assert (service.title, service.provenance.get(field="title").said) == ("Mine", "Theirs")
    assert row().service == service


def test_what_a_person_chose_before_publishing_stays_chosen(source: Source) -> None:
    decided(choose_proposal, values={"visibility": "private"})
    make_rule(action="propose", visibility="public")
    live_through(source)
    assert (row().proposed_visibility, row().reasons["visibility"]) == ("private", "set by hand")
