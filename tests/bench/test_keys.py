"""The keys of the bench: what a gateway is told of them is what the one who measures works out."""

import pytest
from django.utils import timezone

from bench.generate import generate
from bench.keys import SUSPENDED, credential_of, fill, key_of
from gateway.feed.building import changes_for
from gateway.tokens import KnownGateway
from marketplace.keys import digest_of

APIS, KEYS = SUSPENDED + 1, 3
GATEWAY = KnownGateway(
    id=0, token_digest="", slug="bench", networks=(), closed_ports=(), is_counted=False, environment_ids=None
)


@pytest.mark.django_db
def test_a_gateway_is_told_the_keys_that_can_be_worked_out():
    generate(APIS)
    fill(9, KEYS)

    changes = changes_for(GATEWAY, 0, timezone.now())

    assert changes is not None
    routes = [route for api in changes.apis for route in api.routes]
    found = {client.digest: client.credential for route in routes for client in route.clients}
    held_back = {digest for route in routes for digest in route.suspended}
    made = {(api, number): digest_of(key_of(api, number)) for api in range(APIS) for number in range(KEYS)}
    suspended = {digest for (api, number), digest in made.items() if api < SUSPENDED and number == KEYS - 1}
    assert held_back == suspended
    assert found == {
        digest: credential_of(api, number, KEYS) for (api, number), digest in made.items() if digest not in suspended
    }
