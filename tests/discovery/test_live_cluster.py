"""A cluster from its kubeconfig to rows: added from the command line, run, changed and run again."""

import base64
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from discovery.models import DiscoveredService, Run, RunState, Source, State
from discovery.runs.claim import claim_next
from discovery.runs.engine import execute
from discovery.runs.queue import enqueue
from tests.clusters import TOKEN, Cluster, serving
from tests.discovery.stored import everything_in, everything_stored
from tests.factories.catalog import make_environment
from tests.personas import Cast

KUBERNETES = "discovery.connectors.kubernetes.connector.Kubernetes"


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with serving(Cluster()) as made:
        for name in ("payments", "ledger", "cards"):
            made.add_service(name)
            made.add_deployment(name)
        yield made


@pytest.fixture
def admin(cast: Cast, settings: Any, tmp_path: Path) -> Client:
    make_environment("production")
    settings.PORTICO_HOME = tmp_path / "home"
    settings.PORTICO_HOME.mkdir()
    settings.PORTICO_CONNECTORS = (KUBERNETES,)
    settings.PORTICO_SECRETS_KEYS = ["a key of this test alone"]
    return cast.client("administrator")


def kubeconfig(cluster: Cluster, folder: Path, **user: Any) -> Path:
    authority = base64.b64encode(cluster.ca.encode()).decode()
    entry = {"server": cluster.server, "certificate-authority-data": authority}
    context = {"cluster": "prod", "user": "portico"}
    whole = {
        "kind": "Config",
        "clusters": [{"name": "prod", "cluster": entry}],
        "users": [{"name": "portico", "user": {"token": TOKEN, **user}}],
        "contexts": [{"name": "prod", "context": context}],
    }
    path = folder / "prod.yaml"
    path.write_bytes(orjson.dumps(whole))
    return path


def add(path: Path, **options: Any) -> None:
    call_command("add_source", kind="kubernetes", name="prod", environment="production", kubeconfig=path, **options)


def run() -> Run:
    """The run that adding has queued, or the next one."""
    claimed = claim_next(timezone.now())
    if claimed is None:
        enqueue(Source.objects.get(), "test", timezone.now())
        claimed = claim_next(timezone.now())
    assert claimed is not None
    execute(claimed)
    return Run.objects.latest("number")


def states() -> dict[str, str]:
    return dict(DiscoveredService.objects.values_list("name", "state"))


def workloads(name: str) -> list[tuple[int | None, int | None]]:
    facts = DiscoveredService.objects.get(name=name).facts
    return [(one["replicas"], one["ready"]) for one in facts["workloads"]]


def test_it_goes_from_a_kubeconfig_to_rows_and_keeps_nothing_of_its_secrets(
    admin: Client, cluster: Cluster, tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: Any
):
    caplog.set_level(logging.DEBUG)
    add(kubeconfig(cluster, tmp_path), context="prod")
    check = admin.post("/api/v1/sources/prod/check")
    assert check.json()["is_ok"], check.content
    assert run().state == RunState.COMPLETE
    assert states() == {"payments": State.NEW, "ledger": State.NEW, "cards": State.NEW}
    assert workloads("payments") == [(2, 1)]

    places = [
        *everything_stored(),
        *everything_in(tmp_path / "home"),
        ("log", caplog.text.encode()),
        ("printed", capsys.readouterr().out.encode()),
        ("check", check.content),
        ("source", admin.get("/api/v1/sources/prod").content),
        ("page", admin.get("/discovery/sources/prod/edit/").content),
    ]
    encoded = base64.b64encode(TOKEN.encode())
    assert [place for place, text in places if b"planted" in text or encoded in text] == []


def test_a_run_that_finds_no_change_changes_no_row(admin: Client, cluster: Cluster, tmp_path: Path):
    add(kubeconfig(cluster, tmp_path))
    run()
    before = list(DiscoveredService.objects.order_by("pk").values())
    assert run().state == RunState.COMPLETE
    assert list(DiscoveredService.objects.order_by("pk").values()) == before


def test_only_what_a_whole_list_does_not_have_is_missing(admin: Client, cluster: Cluster, tmp_path: Path):
    add(kubeconfig(cluster, tmp_path))
    run()
    cluster.delete("Service", "cards")
    cluster.prepare("/api/v1/services", 403)
    assert run().state == RunState.FAILED
    assert set(states().values()) == {State.NEW}

    cluster.forbid("deployments", "endpointslices")
    assert run().state == RunState.PARTIAL
    assert states() == {"payments": State.NEW, "ledger": State.NEW, "cards": State.MISSING}
    assert workloads("payments") == [(2, 1)]
    assert DiscoveredService.objects.get(name="payments").version == "1.2.3"


def test_a_kubeconfig_that_runs_a_command_runs_none(admin: Client, cluster: Cluster, tmp_path: Path):
    touched = tmp_path / "touched"
    path = kubeconfig(cluster, tmp_path, exec={"command": "touch", "args": [str(touched)]})
    with pytest.raises(CommandError, match=r"users\[0\]\.user\.exec is not accepted"):
        add(path)
    add(path, check=False)
    failed = run()
    assert (failed.state, failed.error_code) == (RunState.FAILED, "misconfigured")
    assert "users[0].user.exec" in failed.error_message
    assert not touched.exists()


def test_the_missing_rights_are_told_with_what_to_apply(admin: Client, cluster: Cluster, tmp_path: Path):
    add(kubeconfig(cluster, tmp_path))
    cluster.forbid("services")
    told = admin.post("/api/v1/sources/prod/check").json()
    assert not told["is_ok"]
    assert "kind: ClusterRole\n" in told["hint"]


def test_the_command_says_which_contexts_there_are(admin: Client, cluster: Cluster, tmp_path: Path):
    path = kubeconfig(cluster, tmp_path)
    whole = orjson.loads(path.read_bytes())
    whole["contexts"].append({"name": "stage", "context": {"cluster": "stage", "user": "portico"}})
    path.write_bytes(orjson.dumps(whole))
    with pytest.raises(CommandError, match=r"several contexts and no current one\.\nName one: prod, stage\."):
        add(path)
    with pytest.raises(CommandError, match=r"no context of that name\.\nName one that it has: prod, stage\."):
        add(path, context="test")
    add(path, context="prod")
    configuration = Source.objects.get().configuration
    assert (configuration["context"], configuration["in_cluster"]) == ("prod", False)


@pytest.mark.parametrize("missing", ["file", "kind"])
def test_the_command_says_why_it_takes_no_kubeconfig(admin: Client, settings: Any, tmp_path: Path, missing: str):
    with pytest.raises(CommandError, match="--kubeconfig"):
        if missing == "file":
            add(tmp_path / "nowhere.yaml")
        settings.PORTICO_CONNECTORS = (KUBERNETES, "discovery.connectors.manifests.connector.Manifests")
        path = tmp_path / "a.yaml"
        path.write_text("a")
        call_command("add_source", kind="manifests", name="prod", environment="production", kubeconfig=path)
