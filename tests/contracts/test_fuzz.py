"""The REST API against inputs nobody thought of, taken from its own description.

An administrator's token sends them, so that no input ends at a refusal; every call is undone after its answer.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck
from hypothesis import settings as with_settings
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    negative_data_rejection,
    positive_data_acceptance,
)

from accounts.models import Role, Scope
from catalog.models import API
from discovery.models import PublicationRule
from marketplace.models import AccessRequest, Subscription
from tests.factories.accounts import make_token
from tests.factories.catalog import make_api, make_domain, make_environment, make_service, make_system
from tests.factories.credentials import make_access, make_key
from tests.factories.discovery import make_discovered, make_held_run, make_source
from tests.factories.gateway import make_gateway, make_route
from tests.factories.marketplace import make_application, make_plan, make_request
from tests.personas import Cast

pytestmark = [pytest.mark.fuzz, pytest.mark.filterwarnings("ignore")]

EXAMPLES = 20

# Who is refused is the permission matrix' matter. Rules go beyond types (a time must lie ahead, a cursor must have
# been given), and a number is read as text where text is asked for.
NOT_SAID_BY_A_SCHEMA = [ignored_auth, negative_data_rejection, positive_data_acceptance]

# Path parameters that lead to something; valid requests use them so that they get beyond 404.
KNOWN = {
    "team": "payments",
    "username": "viewer",
    "api": "payments",
    "version": "1.0.0",
    "operation": "getPayment",
    "service": "payments",
    "entry": "payments",
    "page": "documentation",
    "domain": "payments",
    "system": "payments",
    "environment": "production",
    "source": "payments",
    "number": 1,
    "discovered": 1,
    "rule": "payments",
    "application": "app_0000000000000000",
    "plan": "standard",
    "access_request": "req_0000000000000000",
    "subscription": "sub_0000000000000000",
    "credential": "key_0000000000000000",
    "gateway": "edge",
    "route": "rte_0000000000000000",
}


schema = schemathesis.openapi.from_path(str(settings.BASE_DIR / "docs" / "openapi.yaml"))
schema.app = get_wsgi_application()
schema.config.phases.stateful.enabled = False
schema.config.generation.update(max_examples=EXAMPLES, with_security_parameters=False)


@pytest.fixture
def one_connection(db: None) -> Iterator[None]:
    """Keep the test's connection, with its transaction, open after each answer."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def subscribe(cast: Cast) -> None:
    """An application that has access and a key, and waits for an answer; the API is served by a gateway."""
    api = API.objects.get(slug="payments")
    application = make_application(team=cast.team, public_id=KNOWN["application"])
    waiting = make_request(application, make_plan(api, "Standard", approval="owner"))
    AccessRequest.objects.filter(pk=waiting.pk).update(public_id=KNOWN["access_request"])
    held = make_access(make_application(team=cast.team), api)
    Subscription.objects.filter(pk=held.pk).update(public_id=KNOWN["subscription"])
    make_key(held, public_id=KNOWN["credential"])
    make_gateway("edge", team=cast.team)
    make_route(api.current_version, public_id=KNOWN["route"])


@pytest.fixture
def token(one_connection: None, cast: Cast, settings: Any) -> str:
    settings.PORTICO_RATE_READS = settings.PORTICO_RATE_PUBLISHES = settings.PORTICO_RATE_ANONYMOUS = 0
    make_environment("production")
    make_domain("payments")
    make_system("payments")
    make_api("payments", owner=cast.team, domain="payments", docs="# Start")
    make_service("payments", owner=cast.team, provides=["payments"], docs="# Start")
    found = make_source("payments", owner=cast.team)
    make_held_run(found)
    make_discovered(found, id=KNOWN["discovered"], proposed_owner=cast.team)
    PublicationRule.objects.create(name="payments")
    subscribe(cast)
    return make_token(role=Role.ADMINISTRATOR, scopes=tuple(Scope))[1]


@schema.parametrize()
@with_settings(deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
def test_it_answers_as_it_says_whatever_it_is_sent(case: schemathesis.Case, token: str) -> None:
    if case.meta and case.meta.generation.mode == GenerationMode.POSITIVE:
        case.path_parameters.update({name: KNOWN[name] for name in case.path_parameters if name in KNOWN})
    with transaction.atomic():
        response = case.call(headers={"Authorization": f"Bearer {token}"})
        transaction.set_rollback(True)
    case.validate_response(response, excluded_checks=NOT_SAID_BY_A_SCHEMA)
