"""A small bank for the front's pages: public, internal and private entries of two teams."""

import pytest

from catalog.search import words
from tests.factories.catalog import make_api, make_domain, make_service, openapi, publish
from tests.personas import Cast

SCORE = {
    "/customers/{id}/score": {
        "get": {
            "operationId": "getCreditScore",
            "summary": "Get the credit score of a customer",
            "parameters": [
                {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                {"name": "bureauCountry", "in": "query", "schema": {"type": "string"}},
            ],
            "responses": {"200": {"description": "The score"}},
        }
    }
}


@pytest.fixture
def bank(cast: Cast) -> Cast:
    """Credit Check is public, Instant Payments internal; Zanzibar and its words are private to the team Payments."""
    make_domain("mortgage")
    make_domain("vault")
    publish(
        "credit-check",
        "2.3.0",
        document=openapi("2.3.0", title="Credit Check", paths=SCORE),
        owner="lending",
        title="Credit Check",
        description="How likely a customer is to repay.",
        changelog="Score history added. Three changes are compatible.",
        domain="mortgage",
        visibility="public",
    )
    make_api("instant-payments", owner=cast.team, title="Instant Payments", visibility="internal")
    make_api(
        "zanzibar",
        owner=cast.team,
        title="Zanzibar Ledger",
        description="Quokka bookkeeping.",
        visibility="private",
        domain="vault",
        tags=["wombat"],
    )
    make_service("score-model", owner=cast.other_team, title="score-model", visibility="internal")
    words.refresh()
    return cast
