"""Live clusters in Chromium: one is added by its kubeconfig, the missing rights are given with what the page says, a
worker reads it and a watcher follows it. Worker, watcher and API server are processes of their own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from celery import current_app
from playwright.sync_api import Page, expect

from catalog.models import Environment, Service
from demo.cluster.control import tell
from discovery.models import DiscoveredService, Source
from tests.demo.processes import ROOT, running
from tests.journeys.people import signed_in
from tests.live.administrator import Administrator
from tests.personas import Cast, assemble
from tests.workers import Workers, database_url, wait_until

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

QUEUES = "discovery,portico"
KEY = "a-key-of-this-test"
#: For a step that waits for other processes on a machine that is busy.
SLOW_MILLISECONDS = 60_000

MANIFESTS = """
apiVersion: v1
kind: Namespace
metadata: {name: cards, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: istio-system}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: istio-system}
spec: {mtls: {mode: STRICT}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: cards}
spec: {gatewayClassName: istio, listeners: [{name: http, port: 80, protocol: HTTP}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: open-door, namespace: cards}
spec:
  parentRefs: [{name: public}]
  hostnames: [api.bank.example]
  rules: [{backendRefs: [{name: open-door, port: 80}]}]
"""
SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: NAME, namespace: cards, annotations: {portico.io/owner: payments}}
spec: {selector: {app: NAME}, ports: [{name: http, port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, namespace: cards}
spec:
  replicas: 2
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec: {containers: [{name: main, image: "registry.example/NAME:1.0.0"}]}
"""


@dataclass(frozen=True, slots=True)
class Running:
    """The cluster that runs: its administrator, the socket that takes commands, and a kubeconfig without rights."""

    administrator: Administrator
    control: Path
    kubeconfig: dict[str, Any]

    def deploy(self, name: str) -> None:
        for manifest in yaml.safe_load_all(SERVICE.replace("NAME", name)):
            tell(self.control, do="apply", manifest=manifest)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Running]:
    folder = tmp_path / "manifests"
    folder.mkdir()
    (folder / "cards.yaml").write_text(MANIFESTS)
    for name in ("open-door", "ledger"):
        (folder / f"{name}.yaml").write_text(SERVICE.replace("NAME", name))
    control, admin = tmp_path / "control", tmp_path / "admin"
    command = [sys.executable, "-m", "demo.cluster", "--port", "0", "--manifests", str(folder)]
    command += ["--kubeconfig", str(tmp_path / "reader"), "--admin-kubeconfig", str(admin), "--control", str(control)]
    with running(command, control):
        # What every cluster brings along would stand in the inbox too.
        tell(control, do="delete", kind="Service", namespace="default", name="kubernetes")
        administrator = Administrator(admin.read_text())
        account = {"name": "portico", "namespace": "cards"}
        administrator.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": account})
        content = administrator.kubeconfig(administrator.token("cards", "portico")).encode()
        file = {"name": "prod-eu-1.yaml", "mimeType": "application/yaml", "buffer": content}
        yield Running(administrator, control, file)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    Environment.objects.create(slug="production", title="Production")
    return assemble()


@pytest.fixture
def workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Workers]:
    """Workers that hear what the live server sends and open what it seals: broker folder and key are this test's."""
    settings.PORTICO_SECRETS_KEYS = [KEY]
    monkeypatch.setenv("PORTICO_SECRETS_KEY", KEY)
    monkeypatch.setitem(current_app.conf, "broker_transport_options", {"folder": str(tmp_path / "broker")})
    monkeypatch.setattr(current_app.amqp, "_producer_pool", None)
    workers = Workers(tmp_path, QUEUES)
    yield workers
    workers.end()


@pytest.fixture
def watcher(workers: Workers) -> Iterator[subprocess.Popen[bytes]]:
    """`manage.py watch`: it waits until a run has read a source, and then follows it."""
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PORTICO_HOME": str(workers.home),
    }
    process = subprocess.Popen([sys.executable, "manage.py", "watch"], cwd=ROOT, env=environment)
    yield process
    process.terminate()
    assert process.wait(30) == 0


def read_what_is_missing(page: Page, cluster: Running) -> str:
    """The form says which rights are missing, and what to apply."""
    page.locator(".menu-new summary").click()
    page.get_by_role("link", name="Add a source").first.click()
    page.get_by_role("link", name="Kubernetes cluster").click()
    page.get_by_label("Name", exact=True).fill("prod-eu-1")
    page.get_by_label("Kubeconfig").set_input_files(cluster.kubeconfig)
    page.get_by_role("button", name="Test connection").click()
    checked = page.locator("#checked")
    expect(checked).to_contain_text("system:serviceaccount:cards:portico may not list Services")
    expect(checked).to_contain_text("kind: ClusterRole")
    assert Source.objects.count() == 0
    return checked.locator("code").first.inner_text()


def give_rights(page: Page, cluster: Running, told: str) -> None:
    """What stands on the page is applied as it stands there."""
    for manifest in yaml.safe_load_all(told):
        cluster.administrator.apply(manifest)
    page.get_by_role("button", name="Test connection").click()
    expect(page.locator("#checked")).to_contain_text("may list and watch all of them, and needs no other right")
    page.get_by_role("button", name="Add source").click()
    expect(page.locator("#run-state")).to_have_text("Queued")


def follow_first_run(page: Page, workers: Workers) -> None:
    """The run is held up where it would write, so that the page is seen to follow it."""
    page.evaluate("window.isTheSamePage = true")
    source = Source.objects.get()
    with psycopg.connect(database_url()) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"discovery.source:{source.pk}"])
        workers.start()
        expect(page.locator("#run-state")).to_have_text("Running", timeout=SLOW_MILLISECONDS)
        expect(page.locator(".phase-done").first).to_be_visible()
    expect(page.locator("#run-panel")).to_contain_text("2 new", timeout=SLOW_MILLISECONDS)
    expect(page.locator("#watch-panel")).to_contain_text("Live", timeout=SLOW_MILLISECONDS)
    assert page.evaluate("window.isTheSamePage")


def find_what_is_open(page: Page, site: str) -> None:
    """Of the two services one can be reached from the internet without authentication."""
    page.goto(f"{site}/discovery/")
    page.get_by_role("link", name="1 exposed without authentication").click()
    expect(page.get_by_label("Exposure")).to_have_value("true")
    expect(page.locator("[data-row] .name")).to_have_text(["open-door"])


def publish_all(page: Page, site: str) -> None:
    page.goto(f"{site}/discovery/inbox/")
    for name in ("open-door", "ledger"):
        page.get_by_role("link", name=name, exact=True).focus()
        page.keyboard.press("x")
    expect(page.locator("[data-selected-words]")).to_have_text("2 selected")
    page.keyboard.press("p")
    expect(page.locator(".toast-words").last).to_contain_text("2 services are published")
    expect(page.locator("#inbox")).to_contain_text("Nothing new")
    assert set(Service.objects.values_list("slug", flat=True)) >= {"open-door", "ledger"}


def see_what_is_new(page: Page, cluster: Running) -> None:
    """A service is deployed while the inbox stands open, and then comes in by itself."""
    page.evaluate("window.isTheSamePage = true")
    cluster.deploy("newcomer")
    expect(page.locator("[data-row] .name")).to_have_text(["newcomer"], timeout=SLOW_MILLISECONDS)
    assert page.evaluate("window.isTheSamePage")
    assert tell(cluster.control, do="delete", kind="Service", namespace="cards", name="newcomer")
    wait_until(lambda: DiscoveredService.objects.get(name="newcomer").state == "missing")


def test_a_cluster_is_added_understood_and_followed(
    live_server: Any,
    open_page: Callable[..., Page],
    cast: Cast,
    cluster: Running,
    workers: Workers,
    watcher: subprocess.Popen[bytes],
) -> None:
    page = signed_in(open_page(), live_server)
    told = read_what_is_missing(page, cluster)
    give_rights(page, cluster, told)
    follow_first_run(page, workers)
    find_what_is_open(page, live_server.url)
    publish_all(page, live_server.url)
    see_what_is_new(page, cluster)
    assert watcher.poll() is None
