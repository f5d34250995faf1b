"""What happens to a stream, and that nothing is lost by it: every test ends with what the cluster then holds."""

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from demo.cluster.cluster import Cluster
from demo.cluster.kinds import ISTIO
from demo.cluster.server import Server
from discovery.connectors.base import Misconfigured, Refused, Unreachable
from discovery.connectors.kubernetes import config as config_module
from discovery.connectors.kubernetes import open_watch as open_watch_module
from discovery.connectors.kubernetes.connector import Kubernetes
from discovery.connectors.kubernetes.events import read_event
from discovery.connectors.kubernetes.kinds import VIRTUAL_SERVICES
from discovery.connectors.kubernetes.replies import Unintelligible
from discovery.connectors.kubernetes.streams import start_small
from tests.demo.cluster.manifests import service
from tests.discovery.connectors.watched import QUICK, Watched, configuration, surroundings, watching

LISTS = "/api/v1/services?limit"
WATCHES = "/api/v1/services?watch"


@pytest.fixture
def cluster() -> Cluster:
    cluster = Cluster()
    cluster.install(*ISTIO)
    for name in ("payments", "ledger", "refunds"):
        cluster.add(service(name))
    return cluster


@pytest.fixture
def server(cluster: Cluster) -> Iterator[Server]:
    with Server(cluster) as server:
        yield server


def count(server: Server, beginning: str, status: int | None = None) -> int:
    return sum(one.target.startswith(beginning) and status in (None, one.status) for one in list(server.requests))


def catches_up(watched: Watched, cluster: Cluster) -> None:
    """What comes and what goes now is told."""
    cluster.add(service("later"))
    cluster.delete("Service", "cards", "ledger")
    watched.until(lambda told: "later" in told.names() and "ledger" not in told.names())


def test_it_goes_on_where_a_stream_was_cut_and_lists_nothing_again(server: Server, cluster: Cluster):
    with watching(server) as watched:
        watched.until(lambda told: told.is_open)
        for number in range(3):
            opened = count(server, WATCHES)
            server.cut_streams()
            cluster.add(service(f"between-{number}"))
            watched.until(lambda told, name=f"between-{number}": name in told.names())
            watched.until(lambda told, opened=opened: count(server, WATCHES) > opened)
        assert count(server, LISTS) == 1


def test_it_goes_on_from_a_bookmark_after_a_clean_end(server: Server, cluster: Cluster):
    with watching(server, replace(QUICK, watch=1)) as watched:
        watched.until(lambda told: told.is_open)
        # What the list said would be too old: only what the bookmark before the end said is not.
        cluster.add(service("unseen", "elsewhere"))
        watched.until(lambda told: count(server, WATCHES) > 2)
        asked = [one.target for one in list(server.requests) if one.target.startswith(WATCHES)]
        assert all("allowWatchBookmarks=true" in one and "timeoutSeconds=1" in one for one in asked)
        assert len({one for one in asked if "virtualservices" not in one}) > 1
        assert count(server, LISTS) == 1
        catches_up(watched, cluster)


def test_a_kind_without_traffic_goes_on_from_its_bookmarks_too(server: Server, cluster: Cluster):
    quiet = "/apis/networking.istio.io/v1/sidecars?"
    with watching(server, replace(QUICK, watch=1)) as watched:
        watched.until(lambda told: told.is_open)
        for number in range(10):
            cluster.add(service(f"service-{number}"))
        watched.until(lambda told: count(server, f"{quiet}watch") > 1)
        cluster.store.compact()
        watched.until(lambda told: count(server, f"{quiet}watch") > 2)
        assert count(server, f"{quiet}limit") == 1


def test_it_lists_again_when_its_version_is_too_old(server: Server, cluster: Cluster):
    with watching(server) as watched:
        watched.until(lambda told: told.is_open)
        cluster.faults.throttle(3, resource="services")
        server.cut_streams()
        cluster.delete("Service", "cards", "ledger")
        cluster.add(service("meanwhile"))
        cluster.store.compact()
        watched.until(lambda told: told.names() == {"payments", "refunds", "meanwhile"})
        assert count(server, LISTS) == 2
        catches_up(watched, cluster)


def test_it_begins_a_list_again_that_expires_on_the_way(server: Server, cluster: Cluster):
    for number in range(600):
        cluster.add({"apiVersion": "v1", "kind": "Service", "metadata": {"name": f"s-{number}", "namespace": "many"}})
    first_page = iter([cluster.store.expire_tokens])

    def on_request(method: str, target: str, user: str, status: int) -> None:
        if target.startswith(LISTS):
            next(first_page, lambda: None)()
        note(method, target, user, status)

    note, server.note = server.note, on_request
    with watching(server) as watched:
        watched.until(lambda told: told.changes)
        assert len(watched.names("many")) == 600
        assert count(server, "/api/v1/services?limit=500&continue", 410) == 1
        catches_up(watched, cluster)


def test_it_survives_a_restart_and_finds_what_went_meanwhile(server: Server, cluster: Cluster):
    with watching(server) as watched:
        watched.until(lambda told: told.is_open)
        server.stop()
        watched.until(lambda told: told.last.streams_open == 0)
        cluster.delete("Service", "cards", "ledger")
        cluster.add(service("meanwhile"))
        cluster.store.restart()
        server.start()
        watched.until(lambda told: told.names() == {"payments", "refunds", "meanwhile"})
        # Custom kinds are told to wait with a Status in JSON, while their storage starts.
        assert any(one.status == 429 for one in server.requests)
        watched.until(lambda told: told.last.streams_open == told.last.streams)
        catches_up(watched, cluster)


def test_it_goes_on_with_streams_that_a_dying_server_has_left_open(server: Server, cluster: Cluster):
    with watching(server) as watched:
        watched.until(lambda told: told.is_open)
        server.refuse()
        catches_up(watched, cluster)
        assert watched.last.streams_open == watched.last.streams


@pytest.mark.parametrize("is_json", [False, True], ids=["text", "json"])
def test_it_waits_when_it_is_asked_for_fewer_requests(server: Server, cluster: Cluster, is_json: bool):
    with watching(server) as watched:
        watched.until(lambda told: told.is_open)
        cluster.faults.throttle(40, is_json=is_json)
        server.cut_streams()
        catches_up(watched, cluster)
        watched.until(lambda told: told.is_open)
        assert count(server, LISTS) == 1
        # About two for each stream: nobody asks again without a pause.
        assert Counter(one.status for one in server.requests)[429] == 40


def test_it_waits_as_long_as_it_is_asked_to(server: Server, cluster: Cluster):
    with watching(server, replace(QUICK, retry_after_at_most=30)) as watched:
        watched.until(lambda told: told.is_open)
        cluster.faults.throttle(1, resource="services", after=1)
        server.cut_streams()
        cluster.add(service("later"))
        watched.until(lambda told: count(server, WATCHES, 429) == 1)
        watched.listen_for(0.5)
        assert "later" not in watched.names()
        watched.until(lambda told: "later" in told.names())


def test_a_stream_that_falls_silent_is_given_up(server: Server, cluster: Cluster):
    with watching(server, replace(QUICK, watch=1, slack=0.3)) as watched:
        watched.until(lambda told: told.is_open)
        cluster.faults.streams_are_silent = True
        cluster.store.wake()
        cluster.add(service("later"))
        cluster.delete("Service", "cards", "ledger")
        # No stream says a word: what happened is in the list that takes the place of the silent stream.
        watched.until(lambda told: "later" in told.names() and "ledger" not in told.names())
        cluster.faults.streams_are_silent = False
        cluster.store.wake()
        watched.until(lambda told: told.is_open)
        cluster.add(service("at-last"))
        watched.until(lambda told: "at-last" in told.names())


def test_a_server_that_sends_bookmarks_is_given_up_sooner(server: Server, cluster: Cluster):
    cluster.pace.bookmark_seconds = 0.1
    with watching(server, replace(QUICK, watch=300, silence=0.6)) as watched:
        watched.until(lambda told: told.is_open)
        watched.listen_for(0.3)
        server.cut_streams()
        watched.until(lambda told: told.is_open)
        watched.listen_for(0.3)
        cluster.faults.streams_are_silent = True
        opened = count(server, WATCHES)
        watched.until(lambda told: count(server, WATCHES) > opened)


def test_it_does_not_stay_at_a_version_that_the_server_has_not_reached(server: Server, cluster: Cluster):
    """As after etcd was restored: the server takes the watch and says nothing, not even a bookmark."""
    with watching(server, replace(QUICK, watch=1)) as watched:
        watched.until(lambda told: told.is_open)
        for collection in cluster.store.collections.values():
            collection.events.clear()
        cluster.store.version -= 500
        cluster.add(service("restored"))
        cluster.delete("Service", "cards", "ledger")
        watched.until(lambda told: "restored" in told.names() and "ledger" not in told.names())


def test_what_is_too_large_for_a_line_is_taken_from_a_list(
    server: Server, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(open_watch_module, "LINE_BYTES_AT_MOST", 10_000)
    with watching(server) as watched:
        watched.until(lambda told: told.is_open)
        cluster.add(service("large") | {"status": {"message": "x" * 100_000}})
        watched.until(lambda told: "large" in told.names())
        assert count(server, LISTS) == 2
        catches_up(watched, cluster)


def test_a_list_with_something_unintelligible_is_a_gap_until_it_is_gone(server: Server, cluster: Cluster):
    broken = service("broken") | {"spec": {"externalIPs": "none"}}
    with watching(server) as watched:
        watched.until(lambda told: told.is_open)
        cluster.add(broken)
        watched.until(lambda told: told.last.gaps)
        assert "nothing there is marked as missing" in watched.last.gaps[0]
        cluster.delete("Service", "cards", "ledger")
        cluster.delete("Service", "cards", "broken")
        watched.until(lambda told: told.names() == {"payments", "refunds"})
        watched.until(lambda told: not told.last.gaps)


def test_what_is_deeply_nested_ends_no_process():
    deep = b'{"a":' * 100_000
    event = b'{"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"1"},"spec":%s'
    route = b'{"metadata":{"name":"a"},"spec":{"http":%s'
    refused: list[str] = []

    def read() -> None:
        for decode in (lambda: read_event(event % deep, "a"), lambda: VIRTUAL_SERVICES.one.decode(route % deep)):
            try:
                decode()
            except (Unintelligible, msgspec.DecodeError, RecursionError) as error:
                refused.append(type(error).__name__)

    thread = threading.Thread(target=read)
    start_small(thread)
    thread.join()
    assert len(refused) == 2


def test_trouble_that_lasts_is_told_and_forgotten_when_it_is_over(server: Server, cluster: Cluster):
    with watching(server, replace(QUICK, settle=60)) as watched:
        watched.until(lambda told: told.is_open)
        server.stop()
        watched.until(lambda told: len(told.last.gaps) == told.last.streams)
        server.start()
        watched.until(lambda told: told.is_open and not told.last.gaps)
        assert len(watched.changes) == 1
        catches_up(watched, cluster)


def test_it_says_when_nobody_answers_from_the_start(server: Server):
    server.stop()
    with pytest.raises(Unreachable), watching(server) as watched:
        watched.listen()


def test_it_says_when_nobody_answers_any_more_before_everything_was_read(server: Server, cluster: Cluster):
    cluster.faults.throttle(1000, resource="services")
    with pytest.raises(Unreachable, match="fewer requests"), watching(server) as watched:
        watched.until(lambda told: told.changes)


def test_a_list_that_breaks_off_is_read_again(server: Server, cluster: Cluster):
    cluster.faults.cut_replies(5, after_bytes=100)
    with watching(server) as watched:
        watched.until(lambda told: told.is_open)
        assert watched.names() == {"payments", "ledger", "refunds"}


def test_a_revoked_token_ends_it_with_what_to_do(server: Server, cluster: Cluster):
    token = cluster.reader()
    with pytest.raises(Refused, match="does not accept the credentials"), watching(server, token=token) as watched:
        watched.until(lambda told: told.is_open)
        cluster.access.revoke(token)
        server.cut_streams()
        watched.until(lambda told: False)


@pytest.fixture
def mounted(server: Server, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the token of a pod's service account."""
    (tmp_path / "ca.crt").write_bytes(server.authority.certificate)
    monkeypatch.setattr(config_module, "MOUNT", tmp_path)
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", server.host)
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", str(server.port))
    (tmp_path / "token").write_text(cluster.reader(token="first"))
    return tmp_path / "token"


def in_cluster() -> Watched:
    return Watched(Kubernetes(QUICK).watch(surroundings({"in_cluster": True})))


def test_it_goes_on_with_the_new_token_of_a_mounted_account(server: Server, cluster: Cluster, mounted: Path):
    watched = in_cluster()
    watched.until(lambda told: told.is_open)
    cluster.access.revoke("first")
    server.cut_streams()
    watched.until(lambda told: any(one.status == 401 for one in list(server.requests)))
    # A kubelet replaces the file: nobody ever reads half a token.
    renewed = mounted.with_name("renewed")
    renewed.write_text(cluster.reader(token="second"))
    renewed.replace(mounted)
    catches_up(watched, cluster)
    watched.until(lambda told: told.is_open)
    watched.told.close()


def test_a_mounted_account_that_gets_no_new_token_ends_it(server: Server, cluster: Cluster, mounted: Path):
    watched = in_cluster()
    watched.until(lambda told: told.is_open)
    cluster.access.revoke("first")
    server.cut_streams()
    with pytest.raises(Refused, match="credentials"):
        watched.until(lambda told: False)


def test_a_server_with_another_certificate_ends_it(server: Server, cluster: Cluster):
    with Server(Cluster()) as other:
        given = configuration(server, cluster.reader()) | {"ca": configuration(other, "x")["ca"]}
    with pytest.raises(Misconfigured, match="does not verify"):
        Watched(Kubernetes(QUICK).watch(surroundings(given))).listen()
