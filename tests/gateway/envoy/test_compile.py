"""The compiler by itself: values in, the same bytes out."""

import random

import pytest
from envoy.config.route.v3 import route_pb2
from envoy.extensions.filters.http.api_key_auth.v3 import api_key_auth_pb2

from gateway.envoy.compile import CompiledAPI, Surroundings, compile_api, compile_shared, keep_limits
from gateway.envoy.names import API_KEY_FILTER, NO_KEY
from gateway.envoy.resources import CLUSTER, ROUTES, SCOPE
from gateway.envoy.scopes import owners_of_segments
from gateway.envoy.upstreams import host_of
from gateway.values import APIConfiguration, Client, Limits, Retries, Upstream
from tests.gateway.envoy.made import client, configuration, digest, public_id, route

NOW = 1_700_000_000.0


def _compiled(*configurations: APIConfiguration, now: float = NOW, **surroundings: object) -> list[CompiledAPI]:
    around = {"addresses": {"127.0.0.1": ("127.0.0.1",)}, "shares": {}, "origins": ()} | surroundings
    known = Surroundings(**around, owners=owners_of_segments(configurations))
    return [compile_api(one, known, now=now) for one in configurations]


def _keys(compiled: CompiledAPI) -> list[str]:
    """Digests that open the first route."""
    (body,) = [one.body for one in compiled.resources if one.kind == ROUTES]
    first = route_pb2.RouteConfiguration.FromString(body).virtual_hosts[0].routes[0]
    message = api_key_auth_pb2.ApiKeyAuthPerRoute()
    first.typed_per_filter_config[API_KEY_FILTER].Unpack(message)
    return [credential.key for credential in message.credentials]


def test_the_same_values_give_the_same_bytes_in_any_order() -> None:
    routes = [
        route("one", clients=(client("a", per_hour=5), client("b")), suspended=(digest("c"), digest("d"))),
        route("two", anonymous=Limits(per_second=2), retries=Retries(count=1)),
    ]
    addresses = ["127.0.0.1", "127.0.0.2", "::1"]
    forward = _compiled(
        configuration(*routes), addresses={"127.0.0.1": tuple(addresses)}, origins=("https://a", "https://b")
    )
    backward = _compiled(
        configuration(*reversed(routes)),
        addresses={"127.0.0.1": tuple(reversed(addresses))},
        origins=("https://b", "https://a"),
    )

    assert forward == backward
    assert compile_shared(forward) == compile_shared(backward)


def test_an_api_is_clusters_then_routes_then_scopes() -> None:
    (compiled,) = _compiled(configuration(route("one"), route("two", path="/one/two")))

    assert [(one.kind, one.name) for one in compiled.resources] == [
        (CLUSTER, public_id("rte", "one")),
        (CLUSTER, public_id("rte", "two")),
        (ROUTES, "orders"),
        (SCOPE, "one"),
    ]


def test_an_api_without_routes_is_nothing() -> None:
    (compiled,) = _compiled(configuration())

    assert compiled == CompiledAPI(api="orders", generation=1)


def test_keys_that_ended_are_left_out_and_the_next_end_is_known() -> None:
    now = int(NOW)
    clients = (client("ended", until=now), client("ending", until=now + 5), client("later", until=now + 9), client("x"))
    (compiled,) = _compiled(configuration(route(clients=clients)))

    assert _keys(compiled) == [digest("ending"), digest("later"), digest("x")]
    assert compiled.next_expiry == now + 5
    assert _compiled(configuration(route(clients=clients)), now=now + 9)[0].next_expiry == 0


def test_a_key_that_envoy_would_refuse_the_api_for_is_left_out() -> None:
    good = client("good")
    bad = [
        good,
        Client(digest="none", credential=good.credential, subscription=good.subscription, limits=Limits()),
        Client(digest=digest("a").upper(), credential=good.credential, subscription=good.subscription, limits=Limits()),
        Client(digest=digest("b"), credential="key_short", subscription=good.subscription, limits=Limits()),
        Client(digest=digest("c"), credential=good.credential, subscription="sub_\r\nx: yyyyyyyyyy", limits=Limits()),
    ]
    (compiled,) = _compiled(configuration(route(clients=(good, *bad))))

    assert _keys(compiled) == [digest("good")]
    (problem,) = compiled.problems
    assert problem.problem.startswith("5 of its keys")


def test_no_key_opens_a_route_for_those_without_one_unless_the_route_says_so() -> None:
    assert NO_KEY not in _keys(_compiled(configuration(route(clients=(client("a"),))))[0])
    assert _keys(_compiled(configuration(route(anonymous=Limits())))[0]) == [NO_KEY]


def test_the_first_of_two_routes_with_one_path_wins() -> None:
    first, second = route("aaa", path="/orders"), route("bbb", path="/orders", environment="test")
    (compiled,) = _compiled(configuration(second, first))

    assert [one.name for one in compiled.resources if one.kind == CLUSTER] == [first.id]
    (problem,) = compiled.problems
    assert (problem.route, first.id in problem.problem) == (second.id, True)


def test_a_first_segment_belongs_to_the_api_of_the_first_route() -> None:
    mine = configuration(route("bbb", path="/orders/v1"), api="mine")
    other = configuration(route("aaa", path="/orders", environment="test"), api="other")
    compiled = {one.api: one for one in _compiled(mine, other)}

    assert compiled["mine"].resources == ()
    assert "belong to the API other" in compiled["mine"].problems[0].problem
    assert compiled["other"].problems == ()


@pytest.mark.parametrize(
    "path", ["", "/", "orders", "/orders/", "//orders", "/orders/../x", "/a b", "/a%2fb", "/a?b", "/a\r\nb", "/é", "/."]
)
def test_a_path_that_cannot_be_one_is_a_problem(path: str) -> None:
    made = route()
    (compiled,) = _compiled(configuration(type(made)(id=made.id, environment="x", path=path, upstream=made.upstream)))

    assert compiled.resources == ()
    assert len(compiled.problems) == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "orders.example",
        "ftp://orders.example",
        "http://",
        "http://a:b@orders.example",
        "http://orders.example:99999",
        "http://orders.example?a=b",
        "http://orders.example#a",
        "http://[::1",
        "http://a b.example",
        "http://orders.example/a b",
        "http://orders.example/é",
    ],
)
def test_an_upstream_that_cannot_be_one_is_a_problem(url: str) -> None:
    (compiled,) = _compiled(configuration(route(upstream=Upstream(url=url))))

    assert compiled.resources == ()
    assert "upstream" in compiled.problems[0].problem
    assert host_of(Upstream(url=url)) == ""


@pytest.mark.parametrize("name", ["a\r\nX-Evil: b", "a b", "é.example", "a/b", "a:80"])
def test_a_server_name_that_cannot_be_one_is_a_problem(name: str) -> None:
    (compiled,) = _compiled(configuration(route(upstream=Upstream(url="http://127.0.0.1", server_name=name))))

    assert compiled.resources == ()
    assert "server name" in compiled.problems[0].problem


def test_one_bad_route_leaves_the_others_of_its_api_alone() -> None:
    (compiled,) = _compiled(configuration(route("bad", upstream=Upstream(url="no url")), route("good")))

    assert [one.name for one in compiled.resources if one.kind == CLUSTER] == [public_id("rte", "good")]
    assert [problem.route for problem in compiled.problems] == [public_id("rte", "bad")]


def test_a_missing_address_is_reported_once_by_whoever_looked_it_up() -> None:
    unknown = _compiled(configuration(route()), addresses={})[0]
    reported = _compiled(configuration(route()), addresses={"127.0.0.1": ()})[0]

    assert [len(unknown.problems), len(reported.problems)] == [1, 0]
    assert unknown.resources == reported.resources


def test_a_key_that_opens_another_route_is_not_denied_everywhere() -> None:
    (compiled,) = _compiled(
        configuration(
            route("one", suspended=(digest("a"), digest("b"))), route("two", clients=(client("a"),), path="/one/two")
        )
    )

    assert compiled.suspended == {digest("b")}


def test_a_change_of_keys_changes_the_routes_and_neither_limits_nor_clusters() -> None:
    before = _compiled(configuration(route(clients=(client("a", per_hour=5),))))
    after = _compiled(configuration(route(clients=(client("a", per_hour=5), client("b", per_hour=5)))))

    changed = [
        one.kind for one, other in zip(before[0].resources, after[0].resources, strict=True) if one.body != other.body
    ]
    assert changed == [ROUTES]
    assert compile_shared(before) == compile_shared(after)


def test_limits_stay_known_when_the_last_key_that_had_them_goes() -> None:
    before = _compiled(configuration(route(clients=(client("a", per_hour=5), client("b", per_hour=9)))))
    after = _compiled(configuration(route(clients=(client("b", per_hour=9),))))
    kept = keep_limits(before)

    assert compile_shared(after, keep_limits(after, kept)) == compile_shared(before, kept)
    assert compile_shared(after) != compile_shared(before)


def test_limits_that_nobody_has_are_not_kept_for_ever() -> None:
    compiled = _compiled(configuration(route(clients=(client("b", per_hour=9),))))
    many = frozenset(f"{number:024}" for number in range(101))

    assert keep_limits(compiled, many) == compiled[0].limits


def test_shares_change_what_a_client_may() -> None:
    def texts(share: int) -> frozenset[str]:
        limited = configuration(route(clients=(client("a", per_minute=10),)))
        return _compiled(limited, shares={"production": share})[0].limits

    assert texts(1) == {"--------0000000a--------"}
    assert texts(4) == {"--------00000003--------"}


def test_thousands_of_keys_stay_as_small_as_their_digests_and_ids() -> None:
    keys = [f"key-{number}" for number in range(2_000)]
    random.Random(3).shuffle(keys)
    (compiled,) = _compiled(configuration(route(clients=tuple(client(key, per_hour=5) for key in keys))))

    # 64 characters of digest, 64 of client, and what the encoding of a message adds.
    assert sum(len(one.body) for one in compiled.resources) < 2_000 * 140
