"""The demo comes through the REST door, once."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.db.models import Count
from django.utils import timezone

from accounts.models import ApiToken, AuditEvent, Membership, Team, User
from catalog.models import API, APIInstance, APIVersion, DocumentationPage, Operation, Service
from demo import bank_clusters
from demo.access_file import ACCESS
from demo.callers import keys
from demo.upstreams import bank as upstreams
from gateway.models import Route
from marketplace.models import AccessRequest, Application, Credential, Plan, Subscription

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """A data folder of the test's own; what is kept in it is sealed."""
    settings.PORTICO_SECRETS_KEYS = ["a key of the tests"]
    settings.PORTICO_HOME = tmp_path
    return tmp_path


@pytest.fixture(autouse=True)
def requests_within_the_transaction() -> Iterator[None]:
    """Around a request Django closes connections that are in a transaction, as the test's is."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def load() -> list[str]:
    said = StringIO()
    call_command("load_demo", stdout=said)
    return said.getvalue().splitlines()


def test_a_first_run_makes_the_bank_and_a_second_changes_nothing(home: Path):
    add_gateway(home)
    first = load()

    assert "Versions: 17 of 17 made" in first
    assert API.objects.count() == 8
    _is_as_the_bank_has_it()
    _has_who_calls_whom(home)
    kubeconfigs = [cluster.kubeconfig(home) for cluster in bank_clusters.CLUSTERS.values()]
    assert [path.stat().st_mode & 0o777 for path in kubeconfigs] == [0o600, 0o600]
    before = _rows()

    opened = [path.read_bytes() for path in kubeconfigs]
    second = load()

    assert all(" 0 of " in line or ": 0 " in line for line in second), second
    assert _rows() == before
    assert [path.read_bytes() for path in kubeconfigs] == opened
    assert not ApiToken.objects.filter(revoked_at__isnull=True).exists()


def add_gateway(home: Path) -> None:
    """As `make run` does before the demo is loaded."""
    call_command(
        "add_gateway",
        "local",
        ensure=True,
        url="http://127.0.0.1:8080",
        network=["127.0.0.0/8"],
        closed_port=[8000],
        token_file=home / "token",
    )


def test_without_a_gateway_nothing_is_routed(home: Path):
    assert "Routes: 0 of 0 made" in load()
    assert not Route.objects.exists()
    assert not upstreams.is_present(home)


def _is_as_the_bank_has_it() -> None:
    today = timezone.localdate()
    versions = {f"{version.api.slug} {version.name}": version for version in APIVersion.objects.select_related("api")}
    locator = versions["branch-locator 1.6.2"]
    assert (locator.lifecycle, locator.successor) == ("deprecated", versions["branch-locator 2.0.0"])
    assert timedelta(0) < locator.sunset_on - today < timedelta(days=60)
    assert versions["statements 1.1.0"].successor is None
    assert versions["credit-check 1.4.0"].lifecycle == "retired"

    assert not any(person.has_usable_password() for person in User.objects.all())

    credit = API.objects.get(slug="credit-check")
    assert (credit.current_version.name, credit.lifecycle) == ("2.3.0", "published")
    assert Operation.objects.filter(version=credit.current_version).count() == 8
    assert list(credit.provided_by.values_list("slug", flat=True)) == ["credit-check"]
    assert "loan-origination" in credit.consumed_by.values_list("slug", flat=True)

    assert list(API.objects.filter(visibility="private").values_list("slug", flat=True)) == ["claims-screening"]
    assert set(Service.objects.values_list("kind", flat=True)) == {"microservice", "monolith", "saas", "legacy"}
    assert DocumentationPage.objects.filter(title="Reading a credit score").exists()
    assert not User.objects.filter(role="administrator").exists()
    assert AuditEvent.objects.filter(action="catalog.version.published", team_id__isnull=False).count() >= 13


def _has_who_calls_whom(home: Path) -> None:
    """Routes to one port of this machine, every state that access can be in, keys of every kind, and the callers' keys
    in a file of their own."""
    routes = Route.objects.select_related("instance__environment")
    assert {route.upstream.partition("/credit")[0] for route in routes.filter(api__slug="credit-check")} == {
        f"http://127.0.0.1:{upstreams.upstream_port(home)}"
    }
    assert Counter(route.instance.environment.slug for route in routes) == {"production": 9, "staging": 5}
    written = yaml.safe_load(ACCESS.read_bytes())
    assert {route.path for route in routes} >= {one["path"] for one in written["callers"]}
    states = Counter(Subscription.objects.values_list("state", flat=True))
    assert set(states) == {"approved", "pending", "rejected", "suspended", "revoked"}
    assert set(AccessRequest.objects.values_list("state", flat=True)) == {
        "pending",
        "asked",
        "approved",
        "rejected",
        "withdrawn",
    }
    assert Subscription.objects.filter(expires_at__isnull=False).exists()
    assert Plan.objects.filter(deprecated_at__isnull=False, subscriptions__state="approved").count() == 2
    assert list(Plan.objects.filter(authentication="keyless").values_list("api__slug", flat=True)) == ["branch-locator"]
    assert Application.objects.filter(person__isnull=False).count() == 2
    assert Application.objects.filter(service__isnull=False).count() == 5
    assert not AccessRequest.objects.filter(requested_by__isnull=True).exists()
    live = Credential.objects.filter(revoked_at__isnull=True)
    in_rotation = live.values("subscription").annotate(count=Count("id")).filter(count=2)
    assert len(in_rotation) == 1
    assert Credential.objects.filter(revoked_at__isnull=False).exists()

    given = keys.read(home)
    assert set(given) == {one["name"] for one in written["callers"]}
    assert {name for name, key in given.items() if not key} == {"website-visitors"}
    digests = {sha256(key.encode()).hexdigest() for key in given.values() if key}
    assert live.filter(digest__in=digests, expires_at__isnull=True).count() == len(digests)


def _rows() -> list[int]:
    models = (User, Team, Membership, API, APIVersion, APIInstance, Operation, Service, DocumentationPage)
    models += (Route, Plan, Application, Subscription, AccessRequest, Credential)
    changed = AuditEvent.objects.exclude(action__startswith="accounts.token.")
    return [*(model.objects.count() for model in models), changed.count()]
