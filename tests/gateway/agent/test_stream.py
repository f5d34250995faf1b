"""One Envoy's stream: what is said when, and what a refusal changes."""

import hashlib

from gateway.agent.order import Standing
from gateway.agent.shelf import EVERYBODY, Shelf
from gateway.agent.stream import Response, Stream
from gateway.envoy.resources import CLUSTER, EXTENSION, ROUTES, SCOPE, Resource


def _resource(kind: str, name: str, body: bytes = b"1") -> Resource:
    return Resource(kind, name, body, hashlib.sha256(body).hexdigest()[:16])


def _api(name: str, body: bytes = b"1") -> list[Resource]:
    return [_resource(CLUSTER, name, body), _resource(ROUTES, name, body), _resource(SCOPE, name, body)]


class _Envoy:
    """Asks as Envoy does, and takes everything but the names it is told to refuse."""

    def __init__(self, shelf: Shelf, refuses: tuple[str, ...] = ()) -> None:
        self.stream = Stream(shelf)
        self.refuses = refuses
        self.has: dict[tuple[str, str], bytes] = {}
        self.said: list[Response] = []
        for kind in (CLUSTER, SCOPE):
            self.stream.ask(kind, (), (), {})

    def settle(self) -> list[Response]:
        """Answers until nothing more is said; returns all of it."""
        begun = len(self.said)
        while responses := self.stream.responses():
            for response in responses:
                self.said.append(response)
                self._answer(response)
            assert len(self.said) < begun + 100, "it never comes to rest"
        return self.said[begun:]

    def _answer(self, response: Response) -> None:
        if any(one.name in self.refuses for one in response.resources):
            self.stream.refuse(response.nonce, "no")
            return
        for one in response.resources:
            self.has[one.kind, one.name] = one.body
        for name in response.removed:
            self.has.pop((response.kind, name), None)
        self.stream.accept(response.nonce)
        if response.kind == SCOPE:
            new = [one.name for one in response.resources if (ROUTES, one.name) not in self.has]
            if new or response.removed:
                self.stream.ask(ROUTES, new, response.removed, {})
            for name in response.removed:
                self.has.pop((ROUTES, name), None)


def _shelf(*apis: str) -> Shelf:
    shelf = Shelf()
    shelf.is_ready = shelf.is_whole = True
    for api in apis:
        shelf.put(api, _api(api))
    return shelf


def _order(responses: list[Response]) -> list[str]:
    return [response.kind.rpartition(".")[2] for response in responses]


def test_a_new_api_comes_from_its_cluster_to_its_scope() -> None:
    envoy = _Envoy(_shelf("a"))

    assert _order(envoy.settle()) == ["Cluster", "ScopedRouteConfiguration", "RouteConfiguration"]


def test_nothing_is_said_before_there_is_something_to_say() -> None:
    shelf = Shelf()
    envoy = _Envoy(shelf)
    assert envoy.settle() == []

    shelf.is_ready = True

    assert [(response.resources, response.removed) for response in envoy.settle()] == [((), ()), ((), ())]


def test_the_first_answer_is_whole_and_the_next_ones_are_what_changed() -> None:
    shelf = _shelf(*(f"api{number}" for number in range(300)))
    envoy = _Envoy(shelf)
    said = envoy.settle()
    assert [len(one.resources) for one in said if one.kind in (CLUSTER, SCOPE)] == [300, 300]

    envoy.stream.touch(shelf.put("api7", _api("api7", b"2")))

    assert [one.resources[0].name for one in envoy.settle()] == ["api7"] * 3


def test_a_change_goes_clusters_first_and_scopes_last() -> None:
    shelf = _shelf("a")
    envoy = _Envoy(shelf)
    envoy.settle()

    envoy.stream.touch(shelf.put("a", _api("a", b"2")))

    assert _order(envoy.settle()) == ["Cluster", "RouteConfiguration", "ScopedRouteConfiguration"]


def test_a_removal_goes_the_other_way_round() -> None:
    shelf = _shelf("a")
    envoy = _Envoy(shelf)
    envoy.settle()

    envoy.stream.touch(shelf.put("a", ()))

    assert _order(envoy.settle()) == ["ScopedRouteConfiguration", "Cluster"]
    assert envoy.has == {}


def test_a_cluster_stays_until_no_route_needs_it() -> None:
    shelf = _shelf("a")
    envoy = _Envoy(shelf)
    envoy.settle()
    other = [_resource(CLUSTER, "other"), _resource(ROUTES, "a", b"2"), _resource(SCOPE, "a")]

    envoy.stream.touch(shelf.put("a", other))
    said = envoy.settle()

    assert _order(said) == ["Cluster", "RouteConfiguration", "Cluster"]
    assert said[-1].removed == ("a",)


def test_what_is_refused_among_others_is_found_and_the_others_come() -> None:
    envoy = _Envoy(_shelf("a", "b", "c"), refuses=("b",))

    # What the API refused leads to is taken back, as the book does.
    said = envoy.settle()
    assert envoy.stream.refusal((CLUSTER, "b")) == "no"
    assert len(said[0].resources) == 3
    shelf = envoy.stream._shelf
    envoy.stream.touch(shelf.put("b", ()))
    envoy.settle()

    assert {name for _, name in envoy.has} == {"a", "c"}
    assert envoy.stream.standing((ROUTES, "c")) is Standing.HELD


def test_what_was_refused_is_not_said_again_before_it_is_different() -> None:
    shelf = _shelf("a")
    envoy = _Envoy(shelf)
    envoy.settle()
    envoy.refuses = ("a",)
    envoy.stream.touch(shelf.put("a", _api("a", b"2")))
    envoy.settle()
    assert envoy.has[CLUSTER, "a"] == b"1"
    envoy.stream.touch({(CLUSTER, "a")})
    assert envoy.settle() == []
    envoy.refuses = ()

    envoy.stream.touch(shelf.put("a", _api("a", b"3")))
    envoy.settle()

    assert set(envoy.has.values()) == {b"3"}


def test_routes_wait_for_a_cluster_that_was_refused() -> None:
    shelf = _shelf("a")
    envoy = _Envoy(shelf)
    envoy.settle()
    envoy.refuses = ("a",)

    envoy.stream.touch(shelf.put("a", _api("a", b"2")))

    assert _order(envoy.settle()) == ["Cluster"]


def test_one_version_of_a_resource_is_on_its_way_at_a_time() -> None:
    shelf = _shelf("a")
    stream = Stream(shelf)
    stream.ask(CLUSTER, (), (), {})
    first = stream.responses()
    stream.touch(shelf.put("a", _api("a", b"2")))
    assert stream.responses() == []

    stream.accept(first[0].nonce)

    assert [one.body for one in stream.responses()[0].resources] == [b"2"]


def test_an_envoy_that_comes_back_is_told_what_is_different_and_what_is_no_more() -> None:
    shelf = _shelf("a", "b")
    stream = Stream(shelf)
    same = _resource(CLUSTER, "a").version
    stream.ask(CLUSTER, ("*",), (), {"a": same, "b": "old", "gone": "old"})
    stream.ask(SCOPE, ("*",), (), {"a": same, "b": same, "gone": "old"})
    stream.ask(ROUTES, ("a", "b", "gone"), (), {"a": same, "b": same, "gone": "old"})
    said = []
    while responses := stream.responses():
        said += responses
        for response in responses:
            stream.accept(response.nonce)

    come = [(response.kind, one.name) for response in said for one in response.resources]
    leave = [(response.kind, name) for response in said for name in response.removed]
    assert come == [(CLUSTER, "b")]
    assert set(leave) == {(CLUSTER, "gone"), (SCOPE, "gone"), (ROUTES, "gone")}
    assert leave[-1] == (CLUSTER, "gone")


def test_what_nobody_has_heard_of_stays_while_not_everything_is_known() -> None:
    shelf = _shelf("a")
    shelf.is_whole = False
    stream = Stream(shelf)
    for kind in (CLUSTER, SCOPE, ROUTES):
        stream.ask(kind, ("*",) if kind != ROUTES else ("other",), (), {"other": "1"})

    assert not any(response.removed for response in stream.responses())


def test_what_is_asked_for_and_is_not_there_is_said_to_be_gone_once() -> None:
    envoy = _Envoy(_shelf())
    envoy.settle()
    envoy.stream.ask(ROUTES, ("nothing",), (), {})

    # Of a name that nobody here has heard.
    said = envoy.settle()

    assert [(one.kind, one.removed) for one in said] == [(ROUTES, ("nothing",))]


def test_what_all_share_comes_before_the_routes() -> None:
    shelf = _shelf("a")
    shelf.put(EVERYBODY, [_resource(EXTENSION, "limits")])
    envoy = _Envoy(shelf)
    envoy.stream.ask(EXTENSION, ("limits",), (), {})

    assert _order(envoy.settle())[0] == "TypedExtensionConfig"


def test_routes_wait_until_limits_were_heard_of() -> None:
    shelf = _shelf("a")
    shelf.put(EVERYBODY, [_resource(EXTENSION, "limits")])
    envoy = _Envoy(shelf)
    envoy.stream.ask(EXTENSION, ("limits",), (), {})
    envoy.settle()
    envoy.stream.touch(shelf.put(EVERYBODY, [_resource(EXTENSION, "limits", b"2")]))
    envoy.stream.touch(shelf.put("a", [_resource(CLUSTER, "a"), _resource(ROUTES, "a", b"2"), _resource(SCOPE, "a")]))

    (first,) = envoy.stream.responses()
    assert _order([first]) == ["TypedExtensionConfig"]
    assert envoy.stream.responses() == []
    envoy.stream.accept(first.nonce)
    assert _order(envoy.settle()) == ["RouteConfiguration"]


def test_limits_that_are_refused_hold_no_routes_up() -> None:
    shelf = _shelf("a")
    shelf.put(EVERYBODY, [_resource(EXTENSION, "limits")])
    envoy = _Envoy(shelf)
    envoy.stream.ask(EXTENSION, ("limits",), (), {})
    envoy.settle()
    envoy.refuses = ("limits",)
    envoy.stream.touch(shelf.put(EVERYBODY, [_resource(EXTENSION, "limits", b"2")]))
    envoy.stream.touch(shelf.put("a", [_resource(CLUSTER, "a"), _resource(ROUTES, "a", b"2"), _resource(SCOPE, "a")]))

    envoy.settle()

    assert envoy.has[ROUTES, "a"] == b"2"


def test_large_things_go_in_several_messages() -> None:
    shelf = _shelf()
    for number in range(5):
        shelf.put(f"api{number}", [_resource(ROUTES, f"api{number}", b"x" * 600_000)])
    stream = Stream(shelf)
    stream.ask(ROUTES, [f"api{number}" for number in range(5)], (), {})

    assert [len(one.resources) for one in stream.responses()] == [1] * 5


def test_an_answer_to_nothing_is_nothing() -> None:
    stream = Stream(_shelf("a"))

    assert stream.accept("77") == set()
    assert stream.refuse("77", "no") == set()
