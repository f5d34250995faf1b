"""Keys in the query: only where a route allows it, and out of the path before anything else."""

import pytest

from tests.gateway.envoy.made import client, configuration, route
from tests.gateway.envoy.running import RunningGateway
from tests.gateway.envoy.upstream import RecordingUpstream

KEY = "prod_5cDQ1x0vJm3Zt8LwKrYbN2aEhUgS7fXo"


@pytest.mark.parametrize(
    ("path", "reaches"),
    [
        (f"/orders?key={KEY}", "/v1"),
        (f"/orders/7?key={KEY}&a=b", "/v1/7?a=b"),
        (f"/orders/7?a=b&key={KEY}", "/v1/7?a=b"),
        (f"/orders/7?a=b&key={KEY}&c=d%26e&f", "/v1/7?a=b&c=d%26e&f"),
        (f"/orders/7?%6Bey={KEY.replace('_', '%5f')}", "/v1/7"),
        (f"/orders/7?key={KEY}&key=another", "/v1/7"),
        (f"/orders/7?keys=1&key={KEY}&monkey=2", "/v1/7?keys=1&monkey=2"),
    ],
)
def test_it_takes_the_key_out_of_the_query(
    gateway: RunningGateway, upstream: RecordingUpstream, path: str, reaches: str
) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),), key_parameter="key"))])

    assert gateway.call(path).status == 200
    assert upstream.arrived[0].path == reaches
    assert KEY not in upstream.arrived[0].text


def test_it_takes_the_key_out_of_the_query_beside_one_in_the_header(
    gateway: RunningGateway, upstream: RecordingUpstream
) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),), key_parameter="key"))])

    assert gateway.call("/orders?key=another&a=b", key=KEY).status == 200
    assert gateway.call(f"/orders?key={KEY}", key="another").status == 401
    assert [arrived.path for arrived in upstream.arrived] == ["/v1?a=b"]


@pytest.mark.parametrize("query", ["key=wrong", "key=", "key", "Key=" + KEY, "a=b"])
def test_it_refuses_a_query_without_the_key(gateway: RunningGateway, upstream: RecordingUpstream, query: str) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),), key_parameter="key"))])

    assert gateway.call(f"/orders?{query}").status == 401
    assert upstream.arrived == []


def test_it_takes_no_key_from_the_query_where_the_route_does_not_say_so(
    gateway: RunningGateway, upstream: RecordingUpstream
) -> None:
    gateway.serve([configuration(route(port=upstream.port, clients=(client(KEY),)))])

    assert gateway.call(f"/orders?key={KEY}").status == 401
    assert gateway.call(f"/orders?api_key={KEY}").status == 401
    assert upstream.arrived == []
