from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from accounts.actor import Actor, anonymous
from accounts.models import Role, Team
from catalog.search.words import refresh
from tests.factories.accounts import make_team
from tests.factories.catalog import make_api, make_domain, make_environment, make_service, openapi


def operation(operation_id: str, summary: str, **members: object) -> dict[str, object]:
    return {
        "operationId": operation_id,
        "summary": summary,
        "tags": ["general"],
        "responses": {"200": {"description": "Done"}},
        **members,
    }


def parameter(name: str) -> dict[str, object]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


ID = [parameter("id")]

CREDIT_CHECK = {
    "/customers/{id}/score": {"get": operation("getCreditScore", "Get the credit score of a customer", parameters=ID)},
    "/customers/{id}/score/history": {"get": operation("listScores", "Score over time", parameters=ID)},
    "/scores/batch": {"post": operation("startBatch", "Score up to 500 customers in one call")},
    "/bureaus": {"get": operation("listBureaus", "List the bureaus that are asked")},
}

ASSESSMENT = {
    "type": "object",
    "properties": {"applicant": {"type": "object", "properties": {"creditScore": {"type": "integer"}}}},
}

AFFORDABILITY = {
    "/assessments": {
        "post": operation(
            "assess",
            "Assess a household",
            requestBody={"content": {"application/json": {"schema": ASSESSMENT}}},
        )
    },
}

REFUNDS = {
    "/v1/payments/{paymentId}/refunds": {
        "post": operation("createRefund", "Refund a payment", parameters=[parameter("paymentId")]),
        "get": operation("listRefunds", "List refunds", parameters=[parameter("paymentId")]),
    },
    "/v1/payments/{paymentId}": {"get": operation("getPayment", "Read one", parameters=[parameter("paymentId")])},
}

VAULT = {"/keyholders": {"get": operation("listKeyholders", "List the keyholders")}}


@dataclass(frozen=True, slots=True)
class Bank:
    """A small catalog: two public or internal teams' APIs and a private one of the team «vault»."""

    lending: Team
    vault: Team
    outsider: Actor
    insider: Actor
    administrator: Actor
    anonymous: Actor


@pytest.fixture(scope="module")
def _built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Bank]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def bank(_built: Bank, db: None) -> Bank:
    """The catalog, built once a module; what a test changes is taken back."""
    return _built


def build() -> Bank:
    lending, vault = make_team("lending", title="Lending Platform"), make_team("vault", title="Vault")
    make_domain("mortgage", title="Mortgage")
    make_domain("cards", title="Cards")
    make_environment("production")
    make_api(
        "credit-check",
        owner=lending,
        title="Credit Check",
        description="Creditworthiness of a customer, with the reasons behind it.",
        domain="mortgage",
        tags=["risk"],
        document=openapi(title="Credit Check", paths=CREDIT_CHECK, components={}),
        visibility="public",
    )
    make_api(
        "affordability",
        owner=lending,
        title="Affordability",
        description="Household budget and the loan it carries, after a credit check.",
        domain="mortgage",
        document=openapi(title="Affordability", paths=AFFORDABILITY, components={}),
    )
    make_api(
        "payments",
        owner=lending,
        title="Payments",
        domain="cards",
        document=openapi(title="Payments", paths=REFUNDS, components={}),
    )
    make_api(
        "sesame",
        owner=vault,
        title="Sesame",
        description="Who opens the strongroom.",
        domain="cards",
        tags=["strongbox"],
        visibility="private",
        document=openapi(title="Sesame", paths=VAULT, components={}),
    )
    make_service("credit-score-model", owner=lending, title="Scorecard", description="Serves the scoring model.")
    refresh()
    return Bank(
        lending,
        vault,
        outsider=Actor(kind="user", name="outsider", role=Role.PUBLISHER, teams={lending.pk: "member"}),
        insider=Actor(kind="user", name="insider", role=Role.VIEWER, teams={vault.pk: "member"}),
        administrator=Actor(kind="user", name="administrator", role=Role.ADMINISTRATOR),
        anonymous=anonymous(),
    )
