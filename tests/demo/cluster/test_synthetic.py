"""A large cluster, made small here: the shape of its objects and the cost of its pages."""

import pytest

from demo.cluster.answers import Caller, answer
from demo.cluster.asked import asked
from demo.cluster.cluster import Cluster
from demo.cluster.server import Server
from demo.cluster.synthetic import Load, large_cluster, prepare
from tests.demo.cluster.client import Client

LOAD = Load(4, 60, virtual_services=20, destination_rules=20, authorization_policies=8, peer_authentications=4)


@pytest.fixture(scope="module")
def large() -> Cluster:
    return large_cluster(LOAD)


def test_it_has_as_many_of_each_as_asked(large: Cluster) -> None:
    counts = {kind.name: len(large.store.find(kind.group, kind.plural).objects) for kind in large.kinds()}
    assert counts["Service"] == 60 + 1
    assert counts["Deployment"] == 60
    assert (counts["VirtualService"], counts["DestinationRule"]) == (20, 20)
    assert (counts["AuthorizationPolicy"], counts["PeerAuthentication"]) == (8, 4)


def test_it_makes_objects_as_large_as_real_ones(large: Cluster) -> None:
    sizes = {"services": ("", 2067), "deployments": ("apps", 6590), "virtualservices": ("networking.istio.io", 2213)}
    for plural, (group, size) in sizes.items():
        found = large.store.find(group, plural).objects["team-000", "ledger-00000"]
        assert 0.75 * size < len(found.raw) < 1.25 * size, plural


def test_it_writes_a_page_once_for_all_who_read_it(large: Cluster) -> None:
    token = large.reader()
    assert prepare(large, token, limit=25) > 100_000
    request = asked("GET", "/api/v1/services?limit=25", {"Authorization": f"Bearer {token}"})
    (_, first), (_, second) = (answer(large, request, Caller("", None, bool)) for _ in range(2))
    assert first.body is second.body
    assert first.compressed() is second.compressed()
    large.modify("Service", "team-000", "ledger-00000", lambda body: body["metadata"]["labels"].update(new="yes"))
    _, third = answer(large, request, Caller("", None, bool))
    assert third.body.count(b'"new":"yes"') == 1


def test_it_reads_whole_over_the_network(large: Cluster) -> None:
    with Server(large) as server:
        client, seen, rest = Client(server, large.reader()), set(), ""
        while True:
            page = client.get(f"/apis/apps/v1/deployments?limit=25{rest}")
            seen |= set(page.names)
            if "continue" not in page.json["metadata"]:
                break
            rest = f"&continue={page.json['metadata']['continue']}"
    assert len(seen) == 60
