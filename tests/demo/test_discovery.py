"""The bank's clusters, found running: what the rules publish, what they leave out, and the gaps that are meant."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from catalog.models import API, Service
from discovery.models import DiscoveredService
from tests.demo.test_load import _files_can_be_kept, load, requests_within_the_transaction

pytestmark = pytest.mark.django_db

__all__ = ["_files_can_be_kept", "requests_within_the_transaction"]


def run(source: str) -> dict:
    said = StringIO()
    call_command("run_source", source, stdout=said)
    return json.loads(said.getvalue())


def services(**where: object) -> set[str]:
    return set(DiscoveredService.objects.filter(**where).values_list("name", flat=True))


def test_two_clusters_are_discovered_and_the_departments_published():
    load()
    production, staging = run("prod-eu-1"), run("stage-eu-1")

    assert (production["state"], staging["state"]) == ("complete", "partial")
    assert [problem["code"] for problem in staging["problems"] if problem["severity"] == "error"] == ["not-rendered"]
    assert production["counts"]["observed"] == 30
    published = {
        "account-overview", "card-controls", "cash-pooling", "dispute-desk", "premium-calculator",
        "property-valuation", "rate-calculator", "savings-goals", "trade-documents",
    }  # fmt: skip
    assert services(state="published") == published
    assert published <= set(Service.objects.values_list("slug", flat=True))
    assert services(state="ignored") == {"mail-preview"}
    assert services(state="new") == {"broker-callback", "feature-flags", "statement-render"}
    assert services(state="new", proposed_owner=None) == {"broker-callback", "statement-render"}
    assert services(exposure="internet", state="new") == {"broker-callback"}
    # In staging what production has just published is recognised.
    assert len(services(state="matched", source__name="prod-eu-1")) == 17
    assert published - services(state="matched", source__name="stage-eu-1") == {"trade-documents"}

    places = Service.objects.get(slug="savings-goals").places.order_by("environment__position")
    assert [(place.environment.slug, place.version) for place in places] == [
        ("production", "1.8.0"),
        ("staging", "1.9.0-rc.2"),
    ]
    # What lies beside a place that was only recognised waits for a person.
    assert [version.name for version in API.objects.get(slug="savings-goals").versions.all()] == ["1.8.0"]
    assert places[1].specification_outcome == "found"
    assert services(specification_outcome="refused") == services(specification_outcome="differs") == set()

    again = run("prod-eu-1")["counts"]
    assert (again["unchanged"], again["new"], again["changed"], again["published"]) == (30, 0, 0, 0)
