"""A cluster is watched by the real connector, from what changes there to the rows."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from discovery.models import DiscoveredService, Source, Watch
from discovery.watching.process import Watchers
from tests.clusters import Cluster, serving
from tests.factories.discovery import make_source
from tests.factories.watched import run_now
from tests.fakes.place import Place
from tests.workers import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

UIDS = [f"00000000-0000-4000-8000-00000000000{number}" for number in range(4)]
KUBERNETES = "discovery.connectors.kubernetes.connector.Kubernetes"


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with serving(Cluster()) as made:
        for name in ("payments", "cards"):
            made.add_service(name)
            made.add_deployment(name)
        yield made


@pytest.fixture
def source(cluster: Cluster, place: Place, settings: Any) -> Source:
    """A cluster that a run has read; ``place`` gives the folder and the keys."""
    settings.PORTICO_CONNECTORS = (KUBERNETES,)
    source = make_source("prod", kind="kubernetes", configuration=cluster.configuration())
    run_now(source)
    return source


@pytest.fixture
def watching(source: Source) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=lambda: Watchers().run(stop))
    thread.start()
    wait_until(lambda: Watch.objects.filter(state="live").exists())
    yield
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def states() -> dict[str, str]:
    return dict(DiscoveredService.objects.values_list("name", "state"))


@pytest.mark.usefixtures("watching")
def test_what_comes_changes_and_goes_is_in_the_rows(cluster: Cluster) -> None:
    assert states() == {"payments": "new", "cards": "new"}
    assert not DiscoveredService.objects.exclude(watched_at=None).exists()
    cluster.add_service("ledger")
    wait_until(lambda: states() == {"payments": "new", "cards": "new", "ledger": "new"})

    cluster.add_deployment("payments", replicas=5, ready=4)
    payments = DiscoveredService.objects.filter(name="payments")
    wait_until(lambda: payments.get().facts["workloads"][0]["replicas"] == 5)

    cluster.delete("Service", "cards")
    wait_until(lambda: states()["cards"] == "missing")
    cluster.add_service("cards")
    wait_until(lambda: states()["cards"] == "new")


@pytest.mark.usefixtures("watching")
def test_what_changed_while_the_server_was_away_is_caught_up(cluster: Cluster) -> None:
    cluster.http.stop()
    cluster.add_service("ledger")
    cluster.delete("Service", "cards")
    cluster.http.start()
    wait_until(lambda: states() == {"payments": "new", "cards": "missing", "ledger": "new"})


@pytest.mark.usefixtures("watching")
def test_a_service_that_is_recreated_renamed_or_moved_keeps_its_row(cluster: Cluster) -> None:
    labels = {"app.kubernetes.io/name": "ledger"}
    cluster.add_service("ledger", labels=labels, uid=UIDS[0])
    wait_until(lambda: "ledger" in states())
    row = DiscoveredService.objects.get(name="ledger")

    def becomes(name: str, namespace: str, uid: str) -> None:
        before = DiscoveredService.objects.get(pk=row.pk)
        cluster.delete("Service", before.name, before.namespace)
        wait_until(lambda: DiscoveredService.objects.get(pk=row.pk).state == "missing")
        cluster.add_service(name, namespace, labels=labels, uid=uid)
        wait_until(lambda: DiscoveredService.objects.filter(uid=uid, state="new").exists())
        now = DiscoveredService.objects.get(uid=uid)
        assert (now.pk, now.name, now.namespace) == (row.pk, name, namespace)

    becomes("ledger", "cards", UIDS[1])
    becomes("book", "cards", UIDS[2])
    becomes("book", "personal", UIDS[3])
    assert DiscoveredService.objects.count() == 3
