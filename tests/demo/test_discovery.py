"""The bank's clusters, found running: what the rules publish, what they leave out, and the gaps that are meant."""

import json
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from catalog.models import API, Service
from discovery.fetching.due import notice
from discovery.fetching.engine import fetch_due
from discovery.models import DiscoveredService, SpecificationFetch
from discovery.tasks import publish_specifications
from tests.demo.processes import bank_served
from tests.demo.test_load import home, load, requests_within_the_transaction

pytestmark = pytest.mark.django_db

FETCH_SECONDS = 120

__all__ = ["home", "requests_within_the_transaction"]


def run(source: str) -> dict:
    said = StringIO()
    call_command("run_source", source, stdout=said)
    return json.loads(said.getvalue())


def services(**where: object) -> set[str]:
    return set(DiscoveredService.objects.filter(**where).values_list("name", flat=True))


def test_two_live_clusters_and_the_charts_of_a_department_are_discovered(home: Path):
    load()
    with bank_served(home):
        production, staging = run("prod-eu-1"), run("stage-eu-1")
        again, charts = run("prod-eu-1")["counts"], run("corporate-charts")
        # The moment of the transaction that a test is in stands still.
        notice(timezone.now() - timedelta(hours=1))
        fetch_due(timezone.now, time.monotonic() + FETCH_SECONDS)
        publish_specifications()

    assert (production["state"], staging["state"]) == ("complete", "complete")
    published = {
        "account-overview", "card-controls", "cash-pooling", "dispute-desk", "premium-calculator",
        "property-valuation", "rate-calculator", "savings-goals", "trade-documents",
    }  # fmt: skip
    assert published <= services(state="published")
    assert published <= set(Service.objects.values_list("slug", flat=True))
    # What every cluster brings along is no news to anybody.
    assert services(state="ignored") == {"istio-ingressgateway", "kubernetes", "mail-preview"}
    assert {"broker-callback", "feature-flags", "statement-render"} <= services(state="new")
    assert services(exposure="internet", state="new") == {"broker-callback", "feature-flags"}
    # In staging what production has just published is recognised.
    assert {"credit-check", "kyc", "ledger"} <= services(state="matched", source__name="prod-eu-1")
    assert published - services(state="matched", source__name="stage-eu-1") == {"trade-documents"}

    places = Service.objects.get(slug="savings-goals").places.order_by("environment__position")
    assert [(place.environment.slug, place.version) for place in places] == [
        ("production", "1.8.0"),
        ("staging", "1.9.0-rc.2"),
    ]
    assert (again["unchanged"], again["new"], again["changed"], again["published"]) == (
        production["counts"]["observed"], 0, 0, 0,
    )  # fmt: skip

    assert charts["state"] == "partial"
    assert [problem["code"] for problem in charts["problems"] if problem["severity"] == "error"] == ["not-rendered"]
    assert services(source__name="corporate-charts", specification_outcome="found") == {"trade-documents"}

    # Running services were asked through the API server, each by its own way of speaking.
    assert set(SpecificationFetch.objects.values_list("outcome", flat=True)) == {"found", "not_found"}
    # What the rules published is provided by an API with the document that runs.
    assert set(API.objects.values_list("slug", flat=True)) >= {"savings-goals", "cash-pooling"}

    found = DiscoveredService.objects.filter(source__name="prod-eu-1")
    ways = {(one.name, endpoint["by"].partition(" ")[0]) for one in found for endpoint in one.facts["endpoints"]}
    assert {
        ("id-provider", "Ingress"), ("savings-goals", "HTTPRoute"), ("trade-documents", "HTTPRoute"),
        ("card-controls", "VirtualService"), ("feature-flags", "GRPCRoute"),
    } <= ways  # fmt: skip
    assert {"Service", "ServiceEntry", "WorkloadEntry"} == {one.object_kind for one in found}
    # Two open doors on purpose, and one that a gateway outside the mesh may guard.
    assert set(found.filter(is_open=True).values_list("name", flat=True)) == {
        "broker-callback", "id-provider", "rate-calculator",
    }  # fmt: skip
    assert {"strict", "permissive", "disabled"} <= set(found.values_list("mtls", flat=True))
    assert {"anyone", "limited", "nobody"} <= set(found.values_list("callers", flat=True))
    assert {"sidecar", "ambient", "outside"} <= set(found.values_list("mesh", flat=True))
