"""The pure parts of the agent: judging, resolving, keeping, falling back."""

import asyncio
import os
from pathlib import Path

import pytest

from gateway.agent import files
from gateway.agent.entries import without_revoked
from gateway.agent.files import Damaged
from gateway.agent.judging import Poisoned, judge
from gateway.agent.pauses import Pause
from gateway.agent.resolving import STAYS_SECONDS, Resolver
from gateway.agent.shelf import Conflict, Shelf
from gateway.agent.snapshot import Common, Snapshot
from gateway.agent.upstreams import Judge, placed
from gateway.envoy.resources import CLUSTER, Resource
from gateway.values import Changes, Limits, Policy
from tests.gateway.envoy.made import client, configuration, digest, public_id, route

_OPEN = Policy(networks=("10.0.0.0/8", "127.0.0.0/8", "::1", "169.254.0.0/16", "fe80::/10"))


@pytest.mark.parametrize(
    ("address", "is_called"),
    [
        ("93.184.216.34", True),
        ("10.1.2.3", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("::ffff:10.1.2.3", True),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("::ffff:169.254.169.254", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("fe80::1", False),
        ("fd00:ec2::254", False),
        ("100.100.100.200", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("no address", False),
    ],
)
def test_an_upstream_has_addresses_of_the_policy_only(address: str, is_called: bool) -> None:
    judged = Judge(_OPEN).judged("upstream.example", [address])

    assert judged.addresses == ((address,) if is_called else ())
    assert bool(judged.problem) is not is_called


def test_loopback_is_private_too() -> None:
    assert Judge(Policy(networks=("10.0.0.0/8",))).judged("localhost", ["127.0.0.1"]).addresses == ()


def test_good_addresses_stay_beside_bad_ones() -> None:
    judged = Judge(_OPEN).judged("upstream.example", ["169.254.169.254", "10.0.0.1"])

    assert judged.addresses == ("10.0.0.1",)
    assert "169.254.169.254" in judged.problem


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_a_port_of_this_machine_that_is_closed_is_closed_at_all_its_addresses(address: str) -> None:
    judge = Judge(Policy(networks=_OPEN.networks, closed_ports=(8000,)), frozenset({8080}))

    assert "Port 8000" in judge.closed(8000, [address])
    assert "Port 8080" in judge.closed(8080, [address])
    assert judge.closed(8001, [address]) == ""
    assert judge.closed(8000, ["203.0.113.7"]) == ""


def test_a_route_to_a_closed_port_is_left_out_and_the_others_stay() -> None:
    both = configuration(route("good", port=9001), route("bad", port=8000))

    found = placed(both, Resolver(), Judge(Policy(networks=_OPEN.networks, closed_ports=(8000,))))

    assert [one.id for one in found.configuration.routes] == [public_id("rte", "good")]
    assert [problem.route for problem in found.problems] == [public_id("rte", "bad")]


class _Names:
    """A resolver whose answers a test says."""

    def __init__(self, *answer: str) -> None:
        self.answer: tuple[str, ...] | OSError = answer
        self.now = 0.0

    def look_up(self, host: str, port: int) -> tuple[str, ...]:
        if isinstance(self.answer, OSError):
            raise self.answer
        return self.answer


def test_a_name_that_fails_keeps_its_addresses_for_a_while() -> None:
    async def tried() -> None:
        names = _Names("10.0.0.1")
        resolver = Resolver(names.look_up, lambda: names.now)
        assert await resolver.ask(["upstream.example"]) == {"upstream.example"}
        names.answer = OSError(-3, "Temporary failure in name resolution")
        names.now = STAYS_SECONDS - 1
        assert await resolver.ask(["upstream.example"]) == {"upstream.example"}
        kept = resolver.meaning("upstream.example")
        assert kept is not None
        assert (kept.addresses, kept.failure) == (("10.0.0.1",), "Temporary failure in name resolution")
        names.now = STAYS_SECONDS + 1
        await resolver.ask(["upstream.example"])
        lost = resolver.meaning("upstream.example")
        assert lost is not None
        assert lost.addresses == ()

    asyncio.run(tried())


def test_a_name_that_turns_bad_loses_its_address_at_once() -> None:
    async def tried() -> None:
        names = _Names("10.0.0.1")
        resolver, judge, one = Resolver(names.look_up), Judge(_OPEN), configuration(route(url="http://turns.example/"))
        await resolver.ask(["turns.example"])
        assert placed(one, resolver, judge).addresses == {"turns.example": ("10.0.0.1",)}
        names.answer = ("169.254.169.254",)

        assert await resolver.ask(["turns.example"]) == {"turns.example"}

        found = placed(one, resolver, judge)
        assert found.addresses == {"turns.example": ()}
        assert "never called" in found.problems[0].problem

    asyncio.run(tried())


def test_a_name_whose_answers_change_places_has_not_changed() -> None:
    async def tried() -> set[str]:
        names = _Names("10.0.0.1", "10.0.0.2")
        resolver = Resolver(names.look_up)
        await resolver.ask(["upstream.example"])
        names.answer = ("10.0.0.2", "10.0.0.1")
        return await resolver.ask(["upstream.example"])

    assert asyncio.run(tried()) == set()


def _changes(**values: object) -> Changes:
    return Changes(**{"gateway": "gtw", "generation": 5, "is_whole": True} | values)


@pytest.mark.parametrize(
    ("changes", "since"),
    [
        (_changes(generation=-1), 0),
        (_changes(generation=10**18), 0),
        (_changes(apis=(configuration(generation=10**18),)), 0),
        (_changes(generation=4, is_whole=False), 5),
        (_changes(is_whole=False), 0),
        (_changes(apis=(configuration(api="../x"),)), 0),
        (_changes(apis=(configuration(api=".hidden"),)), 0),
        (_changes(apis=(configuration(), configuration())), 0),
        (_changes(apis=(configuration(generation=-2),)), 0),
        (_changes(policy=Policy(networks=("everything",))), 0),
    ],
)
def test_changes_that_cannot_be_meant_are_poisoned(changes: Changes, since: int) -> None:
    with pytest.raises(Poisoned):
        judge(changes, since)


def test_changes_that_follow_are_taken() -> None:
    judge(_changes(generation=6, is_whole=False, apis=(configuration(),)), 5)
    judge(_changes(generation=2), 5)


def test_what_was_accepted_before_loses_the_keys_that_were_taken_away() -> None:
    before = configuration(
        route(clients=(client("stays"), client("goes"), client("ends")), anonymous=Limits()), route("other")
    )
    now = configuration(route(clients=(client("stays"), client("ends", until=9), client("new")), suspended=("x",)))

    found = without_revoked(before, now)

    (only,) = found.routes
    assert [(one.digest, one.until) for one in only.clients] == [(digest("stays"), 0), (digest("ends"), 9)]
    assert only.anonymous is None
    assert only.suspended == ("x",)


def test_a_snapshot_is_found_again(tmp_path: Path) -> None:
    snapshot, one, other = Snapshot(tmp_path / "snapshot"), configuration(route()), configuration(route(), api="other")
    common = Common(gateway="gtw", generation=7, shares={"production": 2})
    snapshot.keep(common, (one, other), is_whole=True, accepted=())

    found = Snapshot(tmp_path / "snapshot").load()

    assert (found.common, found.apis, found.damaged) == (common, {"orders": one, "other": other}, ())


def test_a_file_that_is_gone_is_damage_and_one_that_came_back_is_nothing(tmp_path: Path) -> None:
    snapshot, latest = Snapshot(tmp_path / "snapshot"), tmp_path / "snapshot" / "latest"
    both = (configuration(route()), configuration(route(), api="other"))
    snapshot.keep(Common(generation=1), both, is_whole=True, accepted=())
    removed = (latest / "other.json").read_bytes()
    snapshot.keep(Common(generation=2), (configuration(api="other"),), is_whole=False, accepted=())

    (latest / "other.json").write_bytes(removed)
    found = snapshot.load()
    assert (set(found.apis), found.damaged) == ({"orders"}, ())

    (latest / "orders.json").unlink()
    found = snapshot.load()
    assert (set(found.apis), found.damaged) == (set(), ("orders.json",))


def test_a_snapshot_without_its_list_is_not_whole(tmp_path: Path) -> None:
    snapshot = Snapshot(tmp_path / "snapshot")
    snapshot.keep(Common(generation=1), (configuration(route()),), is_whole=True, accepted=())
    (tmp_path / "snapshot" / "apis").unlink()

    found = snapshot.load()
    assert (set(found.apis), found.damaged) == ({"orders"}, ("apis",))


def test_what_is_no_more_leaves_no_file(tmp_path: Path) -> None:
    snapshot = Snapshot(tmp_path / "snapshot")
    both = (configuration(route()), configuration(route(), api="other"))
    snapshot.keep(Common(generation=1), both, is_whole=True, accepted=())

    snapshot.keep(Common(generation=2), (configuration(),), is_whole=False, accepted=())
    assert set(snapshot.load().apis) == {"other"}
    snapshot.keep(Common(generation=3), (), is_whole=True, accepted=())

    assert [path.name for path in tmp_path.rglob("*.json")] == ["gateway.json"]


def test_what_was_accepted_is_kept_until_something_else_is(tmp_path: Path) -> None:
    snapshot = Snapshot(tmp_path / "snapshot")
    for generation, accepted in ((1, ()), (2, ("orders",)), (3, ())):
        snapshot.keep(
            Common(generation=generation),
            (configuration(route(), generation=generation),),
            is_whole=False,
            accepted=accepted,
        )

    previous = snapshot.previous("orders")

    assert previous is not None
    assert previous.generation == 1


@pytest.mark.parametrize("content", [b"", b"x", b"0" * 64 + b"\n{}", b"\xff" * 200])
def test_a_file_that_was_damaged_says_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)

    with pytest.raises(Damaged):
        files.opened(tmp_path / "file", 1_000)


def test_a_file_is_for_its_user_alone_whatever_the_mask(tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        files.write(tmp_path / "file", files.sealed(b"content"))
        folder = files.ensure_folder(tmp_path / "folder")
    finally:
        os.umask(mask)

    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert files.opened(tmp_path / "file", 1_000) == b"content"


def test_a_cluster_of_one_api_is_none_of_anothers() -> None:
    shelf = Shelf()
    shelf.put("a", [Resource(CLUSTER, "one", b"", "1")])

    with pytest.raises(Conflict):
        shelf.put("b", [Resource(CLUSTER, "one", b"", "2")])

    assert shelf.version((CLUSTER, "one")) == "1"


def test_pauses_grow_to_a_bound() -> None:
    pause = Pause(1, 4)
    found = [pause.next() for _ in range(5)]

    assert all(most / 2 <= seconds <= most for seconds, most in zip(found, (1, 2, 4, 4, 4), strict=True))
    pause.reset()
    assert pause.next() <= 1
    assert pause.next(at_least=30) >= 15
